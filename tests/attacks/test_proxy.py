"""Production's proxy: what it passes on, what it writes down, and what it says while the service is away."""

from __future__ import annotations

import gzip
import http.client
import re
import signal
from email.message import Message
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from django.conf import settings

from tests.attacks import running
from tests.attacks.running import FORM, Server

LOGIN, CODE, KEY = "/accounts/login/", "/accounts/login/code/", "k" * 32
NAME = "Wilhelmina-Featherstone"
COMPOSE = yaml.safe_load((Path(settings.BASE_DIR) / "docker-compose.yml").read_text())
CONFIG = (running.DOCKER / "nginx.conf").read_text()


class Answer(NamedTuple):
    status: int
    headers: Message
    text: bytes


def asked(server: Server, path: str, body: bytes | None = None, *, place: str = "127.0.0.1", **headers: str) -> Answer:
    """The answer to one request from one address of this machine, with its body read."""
    call = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30, source_address=(place, 0))
    call.request("POST" if body is not None else "GET", path, body, headers)
    answer = call.getresponse()
    found = Answer(answer.status, answer.headers, answer.read())
    call.close()
    return found


def printed(server: Server) -> str:
    return "".join(path.read_text() for path in server.logs)


def test_a_page_comes_compressed_as_the_service_sent_it(production_server):
    answer = asked(production_server, LOGIN, **{"Accept-Encoding": "gzip"})

    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert b"</html>" in gzip.decompress(answer.text)
    assert "nginx/" not in answer.headers["Server"]


@pytest.mark.django_db(transaction=True)
def test_the_limit_on_an_address_counts_the_one_that_called_and_not_what_it_claims(production_server):
    """The proxy puts the caller's address at the end, and TRUSTED_PROXIES says how far from the end to read."""
    headers = {"Cookie": f"{settings.CSRF_COOKIE_NAME}={KEY}", "X-CSRFToken": KEY, "Content-Type": FORM}

    def code_for(number: int, place: str) -> bytes:
        claimed = {"X-Forwarded-For": f"192.0.2.{number}"}
        body = f"to=07400+1{number:05}".encode()
        return asked(production_server, CODE, body, place=place, **headers, **claimed).text

    refused = [b"tried too often" in code_for(number, "127.0.0.77") for number in range(21)]

    assert refused == [False] * 20 + [True]
    assert b"tried too often" not in code_for(22, "127.0.0.78")


def test_a_body_too_large_is_refused_on_a_page_of_ours(production_server):
    refused = asked(production_server, LOGIN, bytes(settings.LARGEST_BODY + 1), **{"Content-Type": FORM})

    assert refused.status == 413
    assert b"up to 10 MB" in refused.text


def test_the_proxys_limit_on_a_body_is_the_services():
    (limit,) = re.findall(r"client_max_body_size +(\d+)m;", CONFIG)
    (told,) = re.findall(r"proxy_set_header Content-Length +(\d+);", CONFIG)

    assert int(limit) * 1024 * 1024 == settings.LARGEST_BODY
    assert int(told) == settings.LARGEST_BODY + 1


def test_while_the_service_is_away_the_proxy_says_so_and_nothing_printed_holds_what_was_asked_for(tmp_path):
    if not running.nginx():
        pytest.skip("THE PROXY WAS NOT TESTED: there is no nginx here. `make setup-proxy` installs it where it can.")
    with running.production(tmp_path) as server:
        found = asked(server, f"{LOGIN}?next=/people/{NAME}", Referer=f"http://127.0.0.1/?q={NAME}")
        bad = asked(server, f"/people/?q={NAME}%00")
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(20)
        away = asked(server, f"/people/?q={NAME}", Referer=f"http://127.0.0.1/?q={NAME}")
        itself = asked(server, "/proxy/healthz")

    assert (found.status, bad.status) == (200, 400)
    assert (away.status, away.headers["Retry-After"], away.headers["Cache-Control"]) == (503, "10", "no-store")
    assert b"Try again in a minute" in away.text
    assert (itself.status, itself.text) == (200, b"ok\n")
    assert "GET /accounts/login/ 200" in printed(server)
    assert "proxy: 503 after" in printed(server)
    assert NAME not in printed(server)


# --- How the containers are put together ---


def test_people_reach_the_proxy_and_nothing_else():
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]
    assert COMPOSE["services"]["proxy"]["ports"] == ["${PUBLISH:-127.0.0.1:8000}:8080"]
    assert "listen 8080 " in CONFIG
    assert "http://web:8000;" in CONFIG


def test_the_containers_count_their_own_proxy_among_those_believed():
    assert "TRUSTED_PROXIES=1\n" in (running.DOCKER / "demo.env").read_text()
    assert "TRUSTED_PROXIES=2\n" in (running.DOCKER / "env.example").read_text()  # the organisation's own before it


@pytest.mark.parametrize("name", ["proxy", "web", "worker", "beat", "migrate"])
def test_each_container_runs_bare(name):
    service = COMPOSE["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
