"""The forms on a page as a browser sees them, and how one is filled in and sent."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup, SoupStrainer, Tag
from django.db import transaction
from django.urls import Resolver404, resolve

TYPED = ("text", "email", "tel", "number", "search", "date", "time", "password", "textarea")
PICKED = ("radio", "checkbox", "select")


@dataclass(frozen=True)
class Control:
    """One question of a form: what kind of box it has, the answers it offers, and what stands in it."""

    name: str
    kind: str
    value: str
    offers: tuple[str, ...] = ()
    style: str = ""

    @property
    def part_of_day(self) -> str:
        part = self.name.rpartition("-")[2]
        return part if part in ("day", "month", "year") else ""

    @property
    def is_plain(self) -> bool:
        """Whether any words at all may stand in it."""
        return self.kind in ("text", "search", "textarea") and not (
            self.part_of_day or self.style or self.is_time or self.name == "outcode"
        )

    @property
    def is_time(self) -> bool:
        return self.name.rpartition("-")[2] == "at"


@dataclass(frozen=True)
class FoundForm:
    """A form, and where one of its buttons sends it."""

    page: str
    action: str
    method: str
    controls: tuple[Control, ...]
    button: tuple[str, str]

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two forms the same one to test, whoever's row they are about."""
        return self.method, self.goes_to, self.button, tuple(sorted({control.name for control in self.controls}))

    @property
    def goes_to(self) -> str:
        try:
            return resolve(self.action.partition("?")[0]).view_name
        except Resolver404:
            return self.action

    def of_kind(self, *kinds: str) -> list[Control]:
        return [control for control in self.controls if control.kind in kinds]

    def filled(self, answer: Callable[[Control], str | None]) -> dict[str, str]:
        """Each question answered; `answer` gives None where a usual answer will do."""
        sent = {
            control.name: usual(control) if (said := answer(control)) is None else said for control in self.controls
        }
        return (
            sent
            | ({"_idempotency_key": str(uuid.uuid4())} if "_idempotency_key" in sent else {})
            | {self.button[0]: self.button[1]}
        )


def usual(control: Control) -> str:
    """An answer that most forms would take."""
    if control.kind in PICKED:
        return next((offer for offer in (control.value, *control.offers) if offer), "")
    if control.part_of_day or control.value:
        return control.value
    if control.name == "outcode":
        return "PR1"
    by_kind = {"email": "sam@test.example", "tel": "07700 900 982", "password": "a long pass phrase"}
    return by_kind.get(control.kind) or {"decimal": "20", "numeric": "12"}.get(
        control.style, "2pm" if control.is_time else "Words"
    )


def forms_in(html: str, *, page: str) -> list[FoundForm]:
    """Every form, once for each of its buttons that says something of its own."""
    soup = BeautifulSoup(html, "html.parser", parse_only=SoupStrainer("form"))
    return [
        FoundForm(page, where or form.get("action") or page, str(form.get("method", "get")).lower(), controls, button)
        for form in soup.find_all("form")
        for controls in [controls_of(form)]
        for where, button in buttons_of(form)
    ]


def standing_in(html: str) -> set[tuple[str, str]]:
    """What stands in each typed box of a page, by its name: read quickly, since a page may be very long."""
    found = set()
    for tag, inside in re.findall(r"<(?:input|textarea)\b([^>]*)>([^<]*)", html):
        said = dict(re.findall(r'\b(name|value)="([^"]*)"', tag))
        found.add((said.get("name", ""), unescape(said.get("value", inside)).strip()))
    return found


def buttons_of(form: Tag) -> set[tuple[str, tuple[str, str]]]:
    found = {
        (str(button.get("formaction", "")), (str(button["name"]), str(button.get("value", ""))))
        if button.get("name")
        else (str(button.get("formaction", "")), ("", ""))
        for button in form.find_all("button")
    }
    return found or {("", ("", ""))}


def controls_of(form: Tag) -> tuple[Control, ...]:
    found: dict[str, Control] = {}
    for tag in form.find_all(["input", "select", "textarea"]):
        name = str(tag.get("name", ""))
        if not name or name == "csrfmiddlewaretoken" or tag.get("type") in ("submit", "file"):
            continue
        one = control_of(tag, name)
        before = found.get(name)
        offers = (*before.offers, *one.offers) if before else one.offers
        found[name] = Control(name, one.kind, one.value or (before.value if before else ""), offers, one.style)
    return tuple(found.values())


def control_of(tag: Tag, name: str) -> Control:
    if tag.name == "textarea":
        return Control(name, "textarea", tag.text.strip())
    if tag.name == "select":
        options = tag.find_all("option")
        chosen = next((str(o["value"]) for o in options if o.has_attr("selected")), "")
        return Control(name, "select", chosen, tuple(str(o["value"]) for o in options))
    kind, value = str(tag.get("type", "text")), str(tag.get("value", ""))
    if kind in PICKED:
        value = str(tag.get("value", "on"))
        return Control(name, kind, value if tag.has_attr("checked") else "", (value,))
    return Control(name, kind, value, (), str(tag.get("inputmode", "")) if kind != "hidden" else "")


def send(client: Any, form: FoundForm, answers: dict[str, str], *, follow: bool = False) -> Any:
    """Send a form as a browser would, even what no browser could, and undo whatever it did."""
    body = urlencode({name: said for name, said in answers.items() if name}, errors="surrogatepass")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        if form.method == "post":
            sent = {"data": body, "content_type": "application/x-www-form-urlencoded"}
            response = client.post(form.action, follow=follow, **sent)
        else:
            response = client.get(f"{form.action.partition('?')[0]}?{body}", follow=follow)
        transaction.set_rollback(True)
    for name, value in cookies.items():
        client.cookies[name] = value
    return response
