"""Heavy requests: one at a time for an account, two in a process; the others are told at once and lose nothing."""

from __future__ import annotations

import gc
import threading
from contextlib import contextmanager

import pytest
from django.db import connection, connections
from django.http import HttpResponse
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from common import heavy
from people.models import Document
from people.record import files
from tests.people.files import a_png

HEAVY = {
    "budgets:ask": ("POST",),
    "budgets:request-new": ("POST",),
    "budgets:request-price": ("POST",),
    "budgets:invoice-new": ("POST",),
    "budgets:our-invoice": ("POST",),
    "budgets:bank": ("POST",),
    "budgets:pay-run-file": ("GET",),
    "budgets:panel-minutes": ("POST",),
    "budgets:receipt-new": ("POST",),
    "budgets:show-receipt": ("POST",),
    "budgets:way-sign": ("POST",),
    "commissioning:money-csv": ("GET",),
    **{f"commissioning:{own}statement-{kind}": ("GET",) for own in ("", "my-") for kind in ("csv", "pdf")},
    "people:audit-export": ("GET",),
    "people:data-request-bundle": ("GET",),
    "people:data-request-make": ("POST",),
    "people:document-add": ("POST",),
    "people:import": ("POST",),
    "people:import-preview": ("POST",),
    "people:import-problems": ("GET",),
    "people:my-documents": ("POST",),
    "people:participant-export": ("GET",),
    "providers:service-import": ("POST",),
}


def views(patterns=None, space=""):
    for each in patterns or get_resolver().url_patterns:
        if isinstance(each, URLPattern):
            yield f"{space}{each.name}", each.callback
        else:
            yield from views(each.url_patterns, f"{each.namespace}:" if each.namespace else space)


def test_every_page_that_takes_a_file_or_gives_one_for_many_is_heavy():
    assert {name: view.heavy for name, view in views() if hasattr(view, "heavy")} == HEAVY


@contextmanager
def another(account: int):
    """A heavy request of this account, begun elsewhere and not yet ended."""
    began, end = threading.Event(), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("begin")
            cursor.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"heavy:{account}"])
            began.set()
            end.wait(30)
            cursor.execute("rollback")
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert began.wait(10)
    try:
        yield
    finally:
        end.set()
        thread.join()


def sent(client, participant, **fields):
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = reverse("people:document-add", args=[participant.ref])
    file = SimpleUploadedFile("a.png", a_png())
    return client.post(page, {"kind": "LETTER", "title": "From the college", "file": file, **fields})


def test_a_second_heavy_request_of_an_account_is_refused_with_what_was_typed(participant, officer, client_as):
    with another(officer.pk):
        answer = sent(client_as(officer), participant)

    assert (answer.status_code, answer["Retry-After"]) == (429, "10")
    assert "on one from each person" in answer.text
    assert "From the college" in answer.text
    assert not Document.objects.exists()


def test_anyone_else_is_served_meanwhile(participant, officer, manager, client_as):
    with another(manager.pk):
        assert sent(client_as(officer), participant).status_code == 302


def test_an_ordinary_page_of_the_same_account_is_served_meanwhile(participant, officer, client_as):
    page = reverse("people:document-add", args=[participant.ref])

    with another(officer.pk):
        assert client_as(officer).get(page).status_code == 200


def test_a_third_heavy_request_in_a_process_is_refused(participant, officer, client_as):
    taken = [heavy._places.acquire(blocking=False) for _ in range(heavy.IN_A_PROCESS)]
    try:
        answer = sent(client_as(officer), participant)
    finally:
        for _ in taken:
            heavy._places.release()

    assert taken == [True, True]
    assert answer.status_code == 429
    assert sent(client_as(officer), participant).status_code == 302


@pytest.mark.parametrize("ends", ["a refusal", "a fault"])
def test_room_is_free_again_whatever_became_of_the_request(ends, participant, officer, client_as, monkeypatch):
    def fails(*args, **how):
        raise files.WrongFile("Send another.") if ends == "a refusal" else ZeroDivisionError

    client = client_as(officer)
    client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr(files, "proved", fails)
        for _ in range(heavy.IN_A_PROCESS + 1):
            assert sent(client, participant).status_code == (200 if ends == "a refusal" else 500)

    assert sent(client, participant).status_code == 302


def test_the_page_that_says_so_is_the_same_for_a_download(officer, client_as):
    with another(officer.pk):
        answer = client_as(officer).get(reverse("people:participant-export"))

    assert answer.status_code == 429
    assert isinstance(answer, HttpResponse)
    assert "This is what you sent now" not in answer.text


def test_a_file_has_its_place_until_it_has_gone_out(participant, officer, manager, client_as):
    slow, client, file = client_as(officer), client_as(officer), reverse("people:participant-export")
    slow.takes_files = False

    lines = iter(slow.get(file).streaming_content)
    next(lines)
    assert client.get(file).status_code == 429
    assert client_as(manager).get(file).status_code == 200
    assert heavy._places._value == heavy.IN_A_PROCESS - 1

    list(lines)
    assert client.get(file).status_code == 200
    assert heavy._places._value == heavy.IN_A_PROCESS


def test_a_file_that_nobody_sends_keeps_no_place(participant, officer, client_as):
    """A middleware may answer with a page of its own instead."""
    client, file = client_as(officer), reverse("people:participant-export")
    client.takes_files = False

    client.get(file)
    gc.collect()

    assert heavy._places._value == heavy.IN_A_PROCESS
    assert client.get(file).status_code == 200


def test_a_fault_while_asking_for_room_keeps_no_place(officer, client_as, monkeypatch):
    client, file = client_as(officer), reverse("people:participant-export")
    client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr(heavy.cache, "get", lambda *_: 1 / 0)
        assert client.get(file).status_code == 500

    assert heavy._places._value == heavy.IN_A_PROCESS
