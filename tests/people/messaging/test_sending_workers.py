"""The outbox with a real worker, a real mail server and real deaths."""

from __future__ import annotations

import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from people import tasks
from people.models import Message
from tests.people.messaging.test_sending import queue, states
from tests.production import AS_WITH_REAL_PEOPLE


class Postbox(socketserver.StreamRequestHandler):
    """Enough of a mail server to take a mail and note its Message-ID."""

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline().strip().upper():
            if line == b"DATA":
                self.say("354 go on")
                self.server.taken.append(self.read_mail())  # type: ignore[attr-defined]
                time.sleep(0.01)
                self.say("250 taken")
            elif line == b"QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")
        return None

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def read_mail(self) -> str:
        found = ""
        while (line := self.rfile.readline().strip()) != b".":
            if line.lower().startswith(b"message-id:"):
                found = line.split(b":", 1)[1].strip().decode()
        return found


class PostOffice(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A worker killed in the middle of a mail is what this is for."""


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    server = PostOffice(("127.0.0.1", 0), Postbox)
    server.taken = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def start_worker(post_office, tmp_path) -> Iterator:
    """Start a Celery worker as the worker role, on this test's database and on a queue of its own."""
    address = os.environ.get("DATABASE_URL_WORKER", "")
    if not address:
        pytest.skip("DATABASE_URL_WORKER is not set, so no worker can be started as its own role.")
    parts = urlsplit(address)
    name = f"test-{uuid.uuid4()}"
    environment = {
        **os.environ,
        "DATABASE_ROLE": "worker",
        "DATABASE_URL_WORKER": urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}")),
        "REDIS_URL": django_settings.REDIS_URL,
        "SECRET_KEY": django_settings.SECRET_KEY,
        **AS_WITH_REAL_PEOPLE,
        "MESSAGE_SENDER": "smtp",
        "EMAIL_SECURITY": "none",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(post_office.server_address[1]),
    }
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        log = (tmp_path / f"worker-{len(started)}.log").open("wb")
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "rehab",
            "worker",
            "-Q",
            name,
            "--pool=solo",
            "-n",
            f"{name}@%h",
        ]
        started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        log.close()
        return started[-1]

    start.queue = name  # type: ignore[attr-defined]
    yield start
    for worker in started:
        worker.kill()
        worker.wait()


def wait_for(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_workers_are_killed_in_the_middle_and_every_mail_still_goes(start_worker, post_office):
    number, deaths = 120, 2
    queue(number)

    for death in range(1, deaths + 1):
        worker = start_worker()
        tasks.send_messages.apply_async(queue=start_worker.queue)
        wait_for(lambda so_far=death * 35: len(post_office.taken) >= so_far)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        Message.objects.filter(leased_until__isnull=False).update(leased_until=timezone.now())  # five minutes pass
    start_worker()
    tasks.send_messages.apply_async(queue=start_worker.queue)
    wait_for(lambda: states() == {"SENT": number})

    went = Counter(post_office.taken)
    assert len(went) == number  # none lost
    assert sum(went.values()) - number <= deaths  # twice only where death came between handing over and noting it


@pytest.mark.django_db(transaction=True)
def test_a_task_delivered_twice_sends_once(start_worker, post_office):
    queue(20)
    start_worker(), start_worker()

    for _ in range(4):
        tasks.send_messages.apply_async(queue=start_worker.queue)
    wait_for(lambda: states() == {"SENT": 20})

    assert set(Counter(post_office.taken).values()) == {1}
