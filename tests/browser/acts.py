"""What a hand does on a page, in one line each; and manage.py on the running service's own data."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date

from tests.browser.conftest import PATIENCE, ROOT, own_addresses_left_out


def fill(page, **fields) -> None:
    """Answer a form by the names of its questions, whatever each is made of."""
    for name, value in fields.items():
        searched = page.locator(f"main [name='{name}-words']")
        if searched.count():
            searched.fill(value)
            continue
        named = page.locator(f"main [name='{name}'], main [name$='-{name}'], main [name$='{name}-day']").first
        kind = named.evaluate("e => e.tagName + ':' + (e.type || '')")
        if isinstance(value, date):
            for part, number in {"day": value.day, "month": value.month, "year": value.year}.items():
                page.locator(f"main [name$='{name}-{part}']").first.fill(str(number))
        elif kind.startswith("SELECT"):
            options = named.locator("option").all()
            match = next(o for o in options if o.get_attribute("value") == value or value in (o.text_content() or ""))
            named.select_option(match.get_attribute("value"))
        elif kind in ("INPUT:radio", "INPUT:checkbox"):
            labelled = page.locator(f"main .govuk-form-group:has([name='{name}']) label", has_text=value)
            chosen = page.locator(f"main [name='{name}'][value='{value}']")
            (chosen if chosen.count() else labelled.first).first.click()
        else:
            named.fill(value)


def press(page, text: str) -> None:
    page.locator("main").get_by_role("button", name=re.compile(text)).first.click()
    settled(page)


def send(page) -> None:
    """Press the one main button of a page."""
    page.locator("main form[method=post] button:not(.govuk-button--secondary):not([name])").first.click()
    settled(page)


def settled(page) -> None:
    page.wait_for_load_state()
    assert page.locator(".govuk-error-summary").count() == 0, page.locator(".govuk-error-summary").inner_text()


def open_person(page, family_name: str) -> str:
    """Find the person in the list and open their record; gives its address."""
    page.goto(f"/people/?q={family_name}")
    page.get_by_role("link", name=re.compile(family_name)).first.click()
    page.wait_for_url(re.compile(r"/people/[0-9a-f-]{36}/"))
    return re.match(r"(.*/people/[0-9a-f-]{36}/)", page.url)[1]  # type: ignore[index]


def act_in_row(page, name: str, kind: str):
    """Open what someone is on a list of work for, in their row; gives the place where it is done."""
    row = page.locator("[data-work]", has_text=name).first
    row.locator(".work-item", has_text=kind).locator(".work-item__act a[data-open]").first.click()
    place = row.locator("[data-work-act]")
    place.locator("form").first.wait_for()
    return place


def record(page, name: str, outcome: str) -> None:
    """Say how a meeting went, in its row on the home list."""
    page.goto("/?kind=Record+outcome")
    place = act_in_row(page, name, "Record outcome")
    place.locator("select[name=outcome]").select_option(outcome)
    with page.expect_navigation():
        place.get_by_role("button", name="Record").click()


def arrange(page, person: str, day: date, at: str) -> None:
    """A meeting at a place, which they know of. A strange time is said to be right."""
    page.goto(person + "meetings/new/")
    fill(page, kind="OFFICE", day=day, at=at, place="Mill Street centre", how="KNOW")
    page.locator("main").get_by_role("button", name="Arrange").first.click()
    page.wait_for_load_state()
    if page.locator("main [name=sure]").count():
        page.locator("main [name=sure]").check()
        press(page, "Arrange")
    settled(page)


def says(page, text: str) -> None:
    assert text in page.locator("body").inner_text(), (
        f"“{text}” is not on {page.url}:\n{page.locator('main').inner_text()[:1500]}"
    )


def sent(page, text: str) -> int:
    """How many messages that went carry these words."""
    page.goto("/outbox/?state=SENT")
    return page.locator("main").inner_text().count(text)


def manage(*words: str) -> str:
    """A manage.py command against the running service's own data."""
    env = own_addresses_left_out() | {"LOCAL_DIR": os.environ["SERVED_LOCAL_DIR"]}
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
