"""The web server of production: `gunicorn --config docker/gunicorn_conf.py`. It stands behind the proxy of nginx.conf.

A thread of it waits for the client that it serves, so slow clients would hold it up. The proxy takes each request in
whole and gives each answer out, however slow the client is; nobody else should reach this port.
"""

import os

wsgi_app = "rehab.wsgi:application"
bind = "0.0.0.0:8000"
worker_class = "gthread"
preload_app = True  # before the workers fork, so that they share what rehab/memory.py sets apart
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = 4  # in each worker; each has a connection of its own to the database
timeout = 60  # seconds without a sign of life before a worker is replaced
graceful_timeout = 10  # seconds to finish what was begun
limit_request_line = 8190  # bytes, as much as the proxy takes
# In memory, where a slow disk cannot make a worker look dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
control_socket_disable = True

# The service writes a line of its own for each request. Here too nothing is logged but the path of an address.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"path": {"()": "common.logs.PathFilter"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["path"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"gunicorn.error": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
