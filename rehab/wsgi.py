import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")
application = get_wsgi_application()

from rehab.memory import settle  # noqa: E402 - these need the settings read above
from rehab.safety import refuse_unsafe  # noqa: E402

refuse_unsafe("web")
settle()
