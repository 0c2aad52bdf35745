"""What every way of starting the web server has in common: gunicorn reads this file by itself."""

import os

worker_class = "rehab.patient.PatientWorker"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = 4
worker_connections = 1000  # to one worker, slow ones included
