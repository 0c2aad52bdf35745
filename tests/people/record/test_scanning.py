"""A virus scanner is asked about each file, and a file that it cannot be asked about is not kept."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator

import pytest
from django.urls import reverse

from common.errors import RuleBroken
from people.models import Document
from people.record import files, scanning
from rehab import env, safety
from tests.people.files import a_pdf, a_picture, a_png

HARM = b"what a scanner knows to be harmful"


class Clamd(socketserver.ThreadingTCPServer):
    """ClamAV's daemon in small: PING, and INSTREAM as its manual has it."""

    allow_reuse_address = daemon_threads = True
    seen: list[bytes]
    says = ""


class Asked(socketserver.StreamRequestHandler):
    server: Clamd

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
            return
        assert command == b"zINSTREAM\0"
        found = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            found += self.rfile.read(size)
        self.server.seen.append(found)
        found = b"stream: Win.Test.EICAR_HDB-1 FOUND" if HARM in found else b"stream: OK"
        self.wfile.write((self.server.says.encode() or found) + b"\0")


@pytest.fixture
def clamd(settings) -> Iterator[Clamd]:
    with Clamd(("127.0.0.1", 0), Asked) as server:
        server.seen = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMAV = ("127.0.0.1", server.server_address[1])
        yield server
        server.shutdown()


@pytest.mark.parametrize(("name", "data"), [("a.pdf", a_pdf()), ("a.png", a_picture((900, 900)) + bytes(200_000))])
def test_the_scanner_sees_the_whole_file_as_it_came(name, data, clamd):
    files.proved(name, data)

    assert clamd.seen == [data]


def test_a_harmful_file_is_not_kept_and_the_page_says_so(clamd, participant, officer, client_as):
    page = reverse("people:document-add", args=[participant.ref])
    file = {"file": _upload(a_png() + HARM)}

    answer = client_as(officer).post(page, {"kind": "LETTER", "title": "My letter", **file})

    assert scanning.HARMFUL in answer.text
    assert 'value="My letter"' in answer.text
    assert not Document.objects.exists()


@pytest.mark.parametrize("says", ["INSTREAM size limit exceeded. ERROR", "stream: OK perhaps", "x" * 9000])
def test_a_file_that_the_scanner_does_not_call_clean_is_not_kept(says, clamd):
    clamd.says = says

    with pytest.raises(RuleBroken, match="just now"):
        files.proved("a.png", a_png())


def test_while_the_scanner_is_away_nothing_is_kept_and_the_service_is_not_well(db, clamd, client):
    assert client.get("/healthz").json()["scanner"] == {"ok": True}

    clamd.shutdown()
    clamd.server_close()

    with pytest.raises(RuleBroken, match="just now"):
        files.proved("a.png", a_png())
    assert client.get("/healthz").json()["scanner"] == {"ok": False}


def test_that_there_is_no_scanner_is_said_at_the_start_and_by_the_health_page(db, settings, client, capsys):
    settings.CLAMAV, settings.DEMO = None, False

    safety._say_loudly("web")

    assert "CLAMAV is not set" in capsys.readouterr().err
    assert "CLAMAV is not set" in client.get("/healthz").json()["scanner"]["detail"]


@pytest.mark.parametrize("said", ["clamav", ":3310", "clamav:", "clamav:0", "clamav:65536", "clamav:x"])
def test_a_setting_that_names_no_machine_and_port_stops_the_start(said, monkeypatch, capsys):
    monkeypatch.setenv("CLAMAV", said)

    with pytest.raises(SystemExit):
        env.machine("CLAMAV")

    assert "clamav:3310" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "read"), [("", None), ("clamav:3310", ("clamav", 3310)), ("[::1]:3310", ("::1", 3310))]
)
def test_a_setting_is_read_as_a_machine_and_a_port(said, read, monkeypatch):
    monkeypatch.setenv("CLAMAV", said)

    assert env.machine("CLAMAV") == read


def _upload(data: bytes):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("letter.png", data)
