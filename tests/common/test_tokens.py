"""What lets its holder in comes to rest nowhere: no log, no table, no note of a look."""

from __future__ import annotations

import logging
import re
import uuid

import pytest
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django.urls import get_resolver

from common import idempotency
from common.logs import PathFilter, TokenFilter, without_tokens
from common.middleware import RequestIdMiddleware
from people.access import access_log

TOKEN = "cnry-AA11_bb22:1vX:z9"


def addresses_with_tokens() -> list[str]:
    """Every address of ours with a part named token or key, that part filled in."""
    root = get_resolver()
    places = [("", root), *root.namespace_dict.values()]
    found = [
        (start + path, names)
        for start, place in places
        for _, all_of in place.reverse_dict.lists()
        for forms in all_of
        for path, names in forms[0]
    ]
    filled = {"token": TOKEN, "key": TOKEN, "uidb36": "3"}
    return ["/" + path % filled for path, names in found if {"token", "key"} & set(names)]


def test_every_address_with_a_token_is_known_and_told_without_it():
    found = addresses_with_tokens()

    assert len(found) >= 3
    assert [path for path in found if TOKEN in without_tokens(f"Gone: {path}")] == []


def test_a_line_of_the_log_names_no_token():
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s: %s", ("Gone", f"/r/{TOKEN}/"), None)
    TokenFilter().filter(record)

    assert record.getMessage() == "Gone: /r/…/"


def test_a_line_of_the_web_servers_own_says_the_path_alone():
    words = "Error handling request %s %s"
    record = logging.LogRecord("gunicorn.error", logging.ERROR, "", 0, words, ("GET", f"/r/{TOKEN}/?q=Ashworth"), None)
    PathFilter().filter(record)

    assert record.getMessage() == "Error handling request GET /r/…/?…"


def test_the_log_of_requests_names_neither_a_token_nor_what_was_asked(caplog):
    with caplog.at_level(logging.INFO, "access"):
        RequestIdMiddleware(lambda request: HttpResponse())(RequestFactory().get(f"/r/{TOKEN}/?q=Ashworth"))
    (record,) = caplog.records
    TokenFilter().filter(record)

    assert re.fullmatch(r"GET /r/…/ 200 \d+ ms", record.getMessage())


@pytest.mark.django_db
def test_where_a_form_led_is_kept_sealed(officer):
    request = RequestFactory().post("/", {idempotency.FIELD: str(uuid.uuid4())})
    request.user = officer
    key = idempotency.read_key(request)
    led = [
        idempotency.answer(request, key, lambda _: HttpResponseRedirect(f"/r/{TOKEN}/"))["Location"] for _ in range(2)
    ]
    with connection.cursor() as cursor:
        cursor.execute("select s::text from common_submission s")
        kept = cursor.fetchone()[0]

    assert led == [f"/r/{TOKEN}/"] * 2
    assert TOKEN not in kept


def test_a_look_names_no_token():
    assert access_log.target({"token": "ABCD", "key": "ABCD", "pk": 3}) == "pk=3"


@pytest.mark.parametrize("end", ["%0A", "%0D%0A", "%E2%80%A8", "%1B[2K"])
def test_nobody_outside_writes_a_line_of_the_log(caplog, end):
    with caplog.at_level(logging.INFO, "access"):
        RequestIdMiddleware(lambda request: HttpResponse())(RequestFactory().get(f"/x{end}INFO audit head"))
    (record,) = caplog.records
    TokenFilter().filter(record)

    assert record.getMessage().isprintable()
