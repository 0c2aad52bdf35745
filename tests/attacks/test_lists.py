"""What a list is asked to sort, filter, search and page by never reaches the database as words of its own."""

from __future__ import annotations

import re
import time
from html import unescape
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from people.models import Participant
from tests.attacks.full import FULL, sample
from tests.attacks.worlds import addresses_of
from tests.found_forms import forms_in
from tests.test_access import TABLE, circle_of_one, expected, world  # noqa: F401  fixtures

SQL = [
    "name; drop table people_accessevent", "name' or '1'='1", "-(select 1)", "id) desc --", "(select pg_sleep(9))",
    "%27%20OR%201=1", "' UNION SELECT family_name FROM people_participant --", "participant__user__password",
    "-user__password", "?", "RAW", "\"; select pg_sleep(9); --", "1 OR 1=1", "family_name__regex", "id::text", "*",
]  # fmt: skip
USUAL = {"q", "sort", "order", "ordering", "by", "page", "page_size", "limit", "offset", "search", "words", "fields"}
TOLD = ("syntax error", "psycopg2", "ProgrammingError", "FieldError", "Cannot resolve keyword", "pg_sleep(9))\nLINE")


def parameters(page: str, url: str) -> set[str]:
    """Every name that the page itself asks by: its forms that only look, and its links to itself."""
    forms = {control.name for form in forms_in(page, page=url) if form.method == "get" for control in form.controls}
    links = {
        name for link in re.findall(r'href="[^"]*\?([^"]+)"', page) for name in re.findall(r"(\w+)=", unescape(link))
    }
    return forms | links | USUAL


@pytest.mark.parametrize("role", sample(["PRACTITIONER", "MANAGER", "COMMISSIONER", "ADMINISTRATOR", "PARTICIPANT"], 2))
def test_no_order_or_search_reaches_the_database_as_words_of_its_own(role, world, monkeypatch, client_as):  # noqa: F811
    """Every page, file and API that answers, every parameter it has; a person of another team is found by none."""
    addresses, wrong, asked_of = addresses_of(world, monkeypatch), [], 0
    Participant.objects.filter(pk=world.other_participant.pk).update(family_name="Zqcanary")
    users = {"PRACTITIONER": world.officer, "MANAGER": world.manager, "COMMISSIONER": world.commissioner,
             "ADMINISTRATOR": world.administrator, "PARTICIPANT": world.participant.user}  # fmt: skip
    client = client_as(users[role])
    client.raise_request_exception = False
    opened = [name for name, row in TABLE.items() if expected(row, role) == 200 and "logout" not in name]
    for at, name in enumerate([name for name in opened if FULL or is_a_list(name)]):
        url = reverse(name, kwargs=addresses.get(name))
        names = parameters(b"".join(client.get(url)).decode(errors="replace"), url)
        for sql in sample(SQL, 1, at=at * 7):
            for query in sample([urlencode({one: sql}) for one in sorted(names)], 1, at=at) + [
                urlencode(dict.fromkeys(names, sql))
            ]:
                began, answer = time.monotonic(), client.get(f"{url}?{query}")
                said, asked_of = b"".join(answer).decode(errors="replace"), asked_of + 1
                bad = answer.status_code >= 500 or time.monotonic() - began > 8 or any(t in said for t in TOLD)
                wrong += [(name, role, query)] if bad or "Zqcanary" in said else []

    assert wrong == []
    assert asked_of > 10


def is_a_list(name: str) -> bool:
    return any(
        word in name for word in ("list", "export", "search", "outbox", "audit", "csv", "diary", "money", "services")
    )
