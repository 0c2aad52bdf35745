"""Texts by GOV.UK Notify: its own client, and a server here that answers in its place."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.conf import settings as django_settings

from people.messaging import sending
from people.models import Message
from tests.conftest import NOW
from tests.people.messaging.test_sending import queue

pytestmark = pytest.mark.django_db
SERVICE, SECRET = "0f1a6b1c-7e64-4b2b-9d55-5b7f0d1f2a3b", "9c2d7d0e-1a2b-4c3d-8e9f-a0b1c2d3e4f5"
TEMPLATE = "5a0d1f7e-3c2b-4a19-8f7e-6d5c4b3a2910"
SENT = {"id": "740e5834-3a29-46b4-9a6f-16142fde533a"}


def refusal(status: int, error: str, message: str) -> tuple[int, dict[str, Any]]:
    return status, {"status_code": status, "errors": [{"error": error, "message": message}]}


class Notify(ThreadingHTTPServer):
    """What was asked of it, and the answers it gives in turn; at the end it takes everything."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.answers: list[tuple[int, dict[str, Any]]] = []
        self.known: set[str] = set()  # references of texts that it has
        self.looked_up: list[str] = []


class Handler(BaseHTTPRequestHandler):
    server: Notify

    def do_GET(self) -> None:
        reference = parse_qs(urlsplit(self.path).query)["reference"][0]
        self.server.looked_up.append(reference)
        found = [SENT] if reference in self.server.known else []
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"notifications": found, "links": {}}).encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers["Authorization"], body))
        status, answer = self.server.answers.pop(0) if self.server.answers else (201, SENT)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def notify(settings) -> Iterator[Notify]:
    settings.MESSAGE_SENDER = "smtp"
    settings.NOTIFY_API_KEY = f"probation-{SERVICE}-{SECRET}"
    settings.NOTIFY_SMS_TEMPLATE = TEMPLATE
    with Notify() as server:
        settings.NOTIFY_URL = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def sent_text(**fields: Any) -> Message:
    """A text, after one try to send it."""
    queue(channel="SMS", **fields)
    sending.send_batch(now=NOW)
    return Message.objects.get()


def test_a_text_is_handed_over_with_its_words_and_our_number_for_it(notify):
    message = sent_text()

    [(path, authorization, body)] = notify.asked
    assert message.state == "SENT"
    assert path == "/v2/notifications/sms"
    assert body == {
        "phone_number": "+447700900001",
        "template_id": TEMPLATE,
        "personalisation": {"body": message.words},
        "reference": message.reference,
    }
    claims = jwt.decode(authorization.removeprefix("Bearer "), SECRET, ["HS256"], options={"verify_iat": False})
    assert claims["iss"] == SERVICE


def test_a_number_that_notify_will_not_take_is_parked_at_once_and_the_log_repeats_none_of_it(notify, caplog):
    notify.answers = [refusal(400, "ValidationError", "phone_number +447700900001 is not a valid number")]

    message = sent_text()

    assert (message.state, message.tries) == ("PARKED", 1)
    assert message.problem == "GOV.UK Notify refused this text. Check the phone number, or call the person."
    assert "7700900001" not in caplog.text


@pytest.mark.parametrize(
    "answer",
    [
        refusal(403, "AuthError", "Invalid token: API key not found"),
        refusal(429, "RateLimitError", "Exceeded rate limit"),
        refusal(500, "Exception", "Internal server error"),
    ],
)
def test_what_may_pass_is_tried_again_and_sent_once(notify, answer):
    notify.answers = [answer]
    message = sent_text()
    assert (message.state, message.problem) == ("WAITING", "It could not be handed over (HTTPError).")

    sending.send_batch(now=NOW + timedelta(minutes=1))

    message.refresh_from_db()
    assert message.state == "SENT"
    assert [body["reference"] for _, _, body in notify.asked] == [message.reference] * 2
    assert notify.looked_up == [message.reference]  # before the second try


def test_a_text_that_arrived_though_its_worker_died_is_not_sent_again(notify):
    queue(channel="SMS")
    message = Message.objects.get()
    notify.known.add(message.reference)
    Message.objects.update(tries=1, begun_at=NOW - timedelta(minutes=6), leased_until=NOW - timedelta(minutes=1))

    sending.send_batch(now=NOW)

    message.refresh_from_db()
    assert (message.state, notify.asked) == ("SENT", [])


def test_a_text_whose_first_try_never_arrived_is_sent(notify):
    queue(channel="SMS")
    Message.objects.update(tries=1, begun_at=NOW - timedelta(minutes=6), leased_until=NOW - timedelta(minutes=1))

    sending.send_batch(now=NOW)

    assert Message.objects.get().state == "SENT"
    assert len(notify.asked) == 1


def test_while_notify_is_away_a_text_waits(notify, settings):
    settings.NOTIFY_URL = "http://127.0.0.1:1"

    assert sent_text().state == "WAITING"


@pytest.mark.parametrize("missing", ["NOTIFY_API_KEY", "NOTIFY_SMS_TEMPLATE"])
def test_without_a_key_or_a_template_nothing_leaves(notify, settings, missing):
    setattr(settings, missing, "")

    assert sent_text().problem == "Text messages are not set up. Ask an administrator, or call the person."
    assert notify.asked == []


def test_a_batch_ends_within_its_lease_even_if_every_text_is_slow():
    assert sending.LEASE.total_seconds() > sending.BATCH * django_settings.EMAIL_TIMEOUT
