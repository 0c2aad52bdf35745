"""Slow clients and vast bodies against a running server: others are served meanwhile, and no worker swells.

Each test runs against the demo's server, and against gunicorn behind its proxy as the containers run them.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.urls import reverse

from people.models import Document, Participant
from tests.attacks import bombs
from tests.attacks.full import FULL
from tests.attacks.running import FORM, served, slow_clients
from tests.people.files import a_picture

SLOW, ORDINARY = (50, 100) if FULL else (50, 24)
SECONDS = 1.0  # that 95 in 100 ordinary requests may take longer than three times what they take with nobody slow
MORE_MB = 150  # that a worker may hold at the worst beyond what it held before
CPU_SECONDS = 5  # that the workers may spend on all the bombs; they spend two
WALL_SECONDS = 60  # that all of them may take on a busy machine, so that a worker that only waits is seen
HEAD = b"GET /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SLOWNESS = {
    "who drip their headers": (HEAD, b"X-A: b\r\n"),
    "who drip a body": (POST + b"Content-Length: 100000\r\n\r\n", b"a"),
    "who drip a body in chunks": (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "who drip more than we take": (POST + b"Content-Length: 104857600\r\n\r\n", b"a"),
    "who say nothing": (b"", b""),
}
KEY = "k" * 32
FRAME = "attack-boundary"


@pytest.mark.parametrize("who", SLOWNESS)
def test_fifty_slow_clients_keep_nobody_waiting(who, server):
    _, alone = served(server, 8)

    with slow_clients(server, SLOW, *SLOWNESS[who]):
        statuses, beside = served(server, ORDINARY)

    assert set(statuses) == {200}
    assert beside < SECONDS + 3 * alone


def test_a_connection_that_is_kept_is_read_with_the_same_patience(server):
    """A good request first, and a slow one after it on the same connection."""
    _, alone = served(server, 8)
    good = b"GET /static/none HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

    with slow_clients(server, SLOW, good + HEAD, b"X-A: b\r\n"), slow_clients(server, SLOW, good, b"GET "):
        statuses, beside = served(server, ORDINARY)

    assert set(statuses) == {200}
    assert beside < SECONDS + 3 * alone


def test_a_vast_body_is_refused_and_one_of_unknown_size_is_read_to_its_end(server):
    server.forget_peaks()
    before = server.peak()
    began = time.monotonic()

    refused, said = server.ask("/accounts/login/", bytes(26 * 1024 * 1024))
    with slow_clients(server, 1, POST + b"Content-Length: 104857600\r\n\r\n", bytes(1024 * 1024)):
        statuses, _ = served(server, 4)

    assert refused in (413, 0)  # 0: the answer came, but the client was still sending
    assert not said or "up to 10 MB" in said
    assert server.ask("/accounts/login/", b"0\r\n\r\n", **{"Transfer-Encoding": "chunked"})[0] == 403  # no token in it
    assert set(statuses) == {200}
    assert time.monotonic() - began < 10
    assert server.peak() - before < MORE_MB


@pytest.mark.django_db(transaction=True)
def test_no_bomb_swells_a_worker_or_takes_a_place_on_a_file(server, participant, officer, manager, client_as):
    headers = {user: signed_in(client_as(user)) for user in (officer, manager)}
    add, load = reverse("people:document-add", args=[participant.ref]), reverse("people:import")
    server.ask(add, **headers[officer])
    server.forget_peaks()
    before, wrong, began = server.peak(), [], server.cpu_seconds()
    workers, start = server.workers(), time.monotonic()
    for name, data in bombs.files().items():
        for page, user in ((add, officer), (load, manager)):
            body = in_parts(name, data, kind="LETTER", title="A letter")
            status, said = server.ask(page, body, f"multipart/form-data; boundary={FRAME}", **headers[user])
            if status >= 500 or status == 0 or "alert(1)" in said:
                wrong.append((name, page, status))
    many = "&".join(f"f{n}=x" for n in range(10_000)).encode()
    fields = server.ask("/accounts/login/", many, FORM, **headers[officer])[0]
    took, peak = server.cpu_seconds() - began, server.peak() - before
    waited = time.monotonic() - start
    statuses, _ = served(server, 4)

    assert wrong == []
    assert fields == 400
    assert set(statuses) == {200}
    assert peak < MORE_MB
    assert took < CPU_SECONDS
    assert waited < WALL_SECONDS
    assert server.workers() == workers, "a worker fell over"
    assert {d.content_type for d in Document.objects.all()} <= {"application/pdf", "image/png"}
    assert Participant.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_thirty_two_large_pictures_at_once_keep_nobody_waiting(server, participant, make_user, team, client_as):
    """Few are taken at a time; the rest are told at once to try again, with what they typed."""
    add = reverse("people:document-add", args=[participant.ref])
    senders = [signed_in(client_as(make_user(f"sender{number}", "PRACTITIONER", team))) for number in range(32)]
    reader = signed_in(client_as(make_user("reader", "PRACTITIONER", team)))
    body = in_parts("a.png", a_picture((5000, 5000)), kind="LETTER", title="A letter from the college")
    served(server, 8, "/", **reader)  # each worker loads its pages once
    _, alone = served(server, ORDINARY, "/", **reader)

    def send(headers: dict[str, str]) -> tuple[int, str]:
        return server.ask(add, body, f"multipart/form-data; boundary={FRAME}", **headers)

    with ThreadPoolExecutor(32) as people:
        sent = [people.submit(send, headers) for headers in senders]
        statuses, beside = served(server, ORDINARY, "/", **reader)
        answers = [each.result() for each in sent]

    assert set(statuses) == {200}
    assert beside < SECONDS + 3 * alone
    assert {status for status, _ in answers} == {302, 429}
    assert all("A letter from the college" in said for status, said in answers if status == 429)
    assert Document.objects.count() == sum(status == 302 for status, _ in answers)


def signed_in(client) -> dict[str, str]:
    """The headers of a browser that is signed in and has a form open."""
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={KEY}"
    return {"Cookie": cookies, "X-CSRFToken": KEY}


def in_parts(file_name: str, data: bytes, **fields: str) -> bytes:
    """A form with a file, as a browser sends it."""
    start = f'--{FRAME}\r\nContent-Disposition: form-data; name="'
    said = "".join(f'{start}{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    file = f'{start}file"; filename="{file_name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    return (said + file).encode() + data + f"\r\n--{FRAME}--\r\n".encode()
