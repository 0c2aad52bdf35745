import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")
application = get_wsgi_application()

from rehab.safety import refuse_unsafe  # noqa: E402 - needs the settings read above

refuse_unsafe("web")
