"""The page kit: tags and filters for every template. The gallery page shows each in use."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html, linebreaks, strip_tags
from django.utils.safestring import SafeString, mark_safe

from common import drafts, money, places
from common.idempotency import FIELD as KEY_FIELD
from common.versions import FIELD as VERSION_FIELD

Option = dict[str, Any]  # as a widget of Django's says it
OptionGroup = tuple[str | None, Sequence[Option], int]
register = template.Library()
BANNER_TITLES = {"info": "Important", "success": "Success", "warning": "Take care", "error": "There is a problem"}
TAB = re.compile(r'<div class="govuk-tabs__panel" id="([^"]*)" data-tab="([^"]*)">')
HEAD, LINE = re.compile(r"<th\b[^>]*>(.*?)</th>", re.S), re.compile(r"<tr\b.*?</tr>", re.S)
CELL, HIDDEN = re.compile(r"<(td|th)\b([^>]*>)"), re.compile(r'<span class="govuk-visually-hidden">.*?</span>', re.S)
NO_ACTIONS = '<div class="govuk-summary-list__row govuk-summary-list__row--no-actions">'
WITHOUT_ACTIONS = '<div class="govuk-summary-list__row">'


def draw(component: str, /, **context: Any) -> SafeString:
    return render_to_string(f"components/{component}.html", context)


# --- Wrappers -----------------------------------------------------------------------------------
@register.simple_block_tag
def card(content: str, title: str = "", href: str = "", tone: str = "", level: int = 2) -> SafeString:
    """A framed part of a page. `tone`: "", "info", "success", "warning", "error" or "quiet"."""
    return draw("card", content=content, title=title, href=href, tone=tone, level=level)


@register.simple_block_tag
def summary(content: str, borders: bool = True) -> SafeString:
    """A list of facts, each made with `row`."""
    if 'class="govuk-summary-list__actions"' not in content:
        content = mark_safe(content.replace(NO_ACTIONS, WITHOUT_ACTIONS))  # noqa: S308 - our own markup
    return draw("summary", content=content, borders=borders)


@register.simple_block_tag
def row(content: str, key: str, href: str = "", action: str = "Change") -> SafeString:
    return draw("row", content=content, key=key, href=href, action=action)


@register.simple_block_tag
def banner(content: str, title: str = "", tone: str = "info", id: str = "") -> SafeString:
    """A notice. Screen readers read success and error out at once."""
    id = id or f"banner-{crc32(f'{title}{tone}{content}'.encode('utf-8', 'replace')):x}"
    if "<" not in content:
        content = format_html('<p class="govuk-notification-banner__heading">{}</p>', content)
    return draw("banner", content=content, title=title or BANNER_TITLES.get(tone, "Important"), tone=tone, id=id)


@register.simple_block_tag
def inset(content: str) -> SafeString:
    return draw("inset", content=content)


@register.simple_block_tag
def details(content: str, text: str, open: bool = False) -> SafeString:
    return draw("details", content=content, text=text, open=open)


@register.simple_block_tag
def nothing(content: str, heading: str) -> SafeString:
    """What an empty list shows: that it is empty, and what to do next."""
    return draw("nothing", content=content, heading=heading)


@register.simple_block_tag
def table(content: str, caption: str = "", caption_size: str = "m", stacked: bool = False) -> SafeString:
    """A table. On a phone it scrolls; if `stacked`, each row is a card and each cell has its heading."""
    rows = mark_safe(_labelled(content)) if stacked else content  # noqa: S308 - a template's own words, escaped by it
    return draw("table", content=rows, caption=caption, caption_size=caption_size, stacked=stacked)


def _labelled(content: str) -> str:
    """Give each body cell the words of its heading."""
    head, opening, body = content.partition("<tbody")
    labels = [
        " ".join(strip_tags(HIDDEN.sub("", words)).split()).replace('"', "&quot;") for words in HEAD.findall(head)
    ]

    def line(found: re.Match[str]) -> str:
        of_cell = iter(labels)

        def cell(start: re.Match[str]) -> str:
            label = next(of_cell, "")
            return f'<td data-label="{label}"{start[2]}' if start[1] == "td" and label else start[0]

        return CELL.sub(cell, found[0])

    return head + opening + LINE.sub(line, body)


@register.simple_block_tag
def tab(content: str, title: str, id: str) -> SafeString:
    """One part of `tabs`, under its own name."""
    return format_html('<div class="govuk-tabs__panel" id="{}" data-tab="{}">{}</div>', id, title, content)


@register.simple_block_tag
def tabs(content: str, label: str = "Contents") -> SafeString:
    """Parts, each made with `tab`, of which one shows at a time; without JavaScript all show."""
    parts: list[dict[str, SafeString]] = []

    def panel(found: re.Match[str]) -> str:
        """The panel's tag. With JavaScript all but the first start hidden."""
        hidden = " govuk-tabs__panel--hidden" if parts else ""
        parts.append({"id": mark_safe(found[1]), "title": mark_safe(found[2])})  # noqa: S308 - escaped by `tab`
        return f'<div class="govuk-tabs__panel{hidden}" id="{found[1]}">'

    return draw("tabs", content=mark_safe(TAB.sub(panel, content)), label=label, parts=parts)  # noqa: S308


@register.simple_block_tag(takes_context=True)
def form(context: Context, content: str, action: str = "", id: str = "") -> SafeString:
    """A form that posts, with CSRF token and idempotency key; multipart where the context's form has files.

    It carries on the page to go back to (`next`), where the address or what was sent says one. A form that saves drafts
    shows those that were not sent. Nothing where the context is `read_only`.
    """
    if context.get("read_only"):
        return mark_safe("")
    asked = context.get("form")
    files = isinstance(asked, BaseForm) and asked.is_multipart()
    token = context.get("csrf_token", "")
    token = "" if token == "NOTPROVIDED" else token  # noqa: S105 - what Django says where there is none
    request = context.get("request")
    asked_next = (request.POST.get("next") or request.GET.get("next") or "") if request else ""
    return draw(
        "form", next="" if 'name="next"' in content else asked_next, content=content, action=action, id=id,
        files=files, csrf=token, key_field=KEY_FIELD, key=uuid.uuid4(), version_field=VERSION_FIELD,
        version=getattr(asked, "version", ""), draft=_draft(asked, request, content),
    )  # fmt: skip


def _asking(request: HttpRequest, **more: Any) -> str:
    """This page's address with more in its question part."""
    asked = request.GET.copy()
    for name, value in more.items():
        asked[name] = str(value)
    return f"{request.path}?{asked.urlencode()}"


def _draft(form: Any, request: HttpRequest | None, content: str) -> dict[str, Any]:
    """What a form carries that saves drafts; nothing for others, such as a button beside it."""
    saves = getattr(form, "saves_drafts", False) and any(f' name="{field.html_name}' in content for field in form)
    offer = drafts.offer_for(request) if saves and request else None
    if request is None or offer is None:
        return {}
    return {
        "offer": offer,
        "saved": [
            (saved, drafts.in_words(form, saved.words), _asking(request, draft=saved.pk), uuid.uuid4())
            for saved in offer.saved
        ],
        "tab": request.POST.get(drafts.TAB) or uuid.uuid4().hex,
        "put_back": request.POST.get(drafts.PUT_BACK) or request.GET.get("draft", ""),
    }


# --- The frame ----------------------------------------------------------------------------------
@register.simple_tag
def brand() -> str:
    """The name of the service."""
    return str(settings.SERVICE_NAME)


@register.simple_tag
def asset(path: str) -> str:
    """The address of a page asset. A missing asset does not break the page."""
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


# --- Leaves -------------------------------------------------------------------------------------
@register.simple_tag
def tag(text: Any, colour: str = "") -> SafeString:
    """A state in a word. `colour`: blue green yellow red grey orange purple teal."""
    classes = f"govuk-tag govuk-tag--{colour}" if colour else "govuk-tag"
    return format_html('<strong class="{}">{}</strong>', classes, text)


@register.simple_tag
def error_summary(*forms: Any) -> SafeString:
    """What is wrong with the forms on the page, each line leading to its question."""
    bound = [form for form in forms if isinstance(form, BaseForm) and form.errors]
    return (
        draw("error_summary", problems=[line for form in bound for line in problems_of(form)])
        if bound
        else SafeString("")
    )


def problems_of(form: BaseForm) -> Iterable[dict[str, Any]]:
    for problem in form.non_field_errors():
        yield {"text": problem, "anchor": ""}
    for name in form.fields:
        for problem in form.errors.get(name, []):
            field = form[name]
            yield {"text": problem, "anchor": "" if field.is_hidden else getattr(field, "anchor", field.auto_id)}


@register.simple_tag
def submit(text: str, variant: str = "", name: str = "", value: str = "") -> SafeString:
    """A form's button. `variant`: "", "secondary", "warning" or "inverse"."""
    return draw("submit", text=text, variant=variant, name=name, value=value)


@register.simple_tag
def button_link(text: str, url: str, variant: str = "") -> SafeString:
    return draw("button_link", text=text, url=url, variant=variant)


@register.simple_tag
def place(name: str, *args: Any) -> str:
    """The address of a page of a higher floor: see common/places.py."""
    return places.url_of(name, *args)


@register.simple_tag
def back_link(url: str, text: str = "Back") -> SafeString:
    return format_html('<a href="{}" class="govuk-back-link">{}</a>', url, text)


@register.simple_tag
def stat(label: str, value: Any, hint: str = "", tone: str = "") -> SafeString:
    """One figure with its name. Set several side by side in <div class="kit-stats">."""
    return draw("stat", label=label, value=value, hint=hint, tone=tone)


@register.simple_tag
def subnav(items: Iterable[Any], label: str = "On this page") -> SafeString:
    """Links between the parts of one thing. Items: text, href, current, count."""
    return draw("subnav", items=items, label=label)


@register.simple_tag
def timeline(items: Iterable[Any]) -> SafeString:
    """What happened, in the order given. Items: title, at, by, text, tone."""
    return draw("timeline", items=items)


@register.simple_tag
def chart(chart: Any) -> SafeString:
    """A chart of `common.charts`, with its figures in a table beneath."""
    return draw("chart", chart=chart)


# Cells and options are drawn here, since there may be hundreds: in a template each costs twenty times as much.
@register.filter
def figures(row: Sequence[str]) -> SafeString:
    """The cells of a row of figures: its name, then numbers."""
    name, *numbers = map(conditional_escape, row)
    cells = "".join(f'<td class="num">{each}</td>' for each in numbers)
    return mark_safe(f'<th scope="row">{name}</th>{cells}')  # noqa: S308 - escaped above


@register.filter
def in_list(groups: Sequence[OptionGroup]) -> SafeString:
    """The options of a drop-down list, in the groups of its widget."""
    return mark_safe("".join(_listed(name, options) for name, options, _ in groups))  # noqa: S308 - escaped there


def _listed(group: str | None, options: Sequence[Option]) -> str:
    drawn = "".join(
        f'<option value="{escape(option["value"])}"{flatatt(option["attrs"])}>{conditional_escape(option["label"])}'
        "</option>"
        for option in options
    )
    return f'<optgroup label="{escape(group)}">{drawn}</optgroup>' if group else drawn


@register.filter
def to_tick(groups: Sequence[OptionGroup], kind: str) -> SafeString:
    """Radios or checkboxes, in the groups of their widget. `kind` is what the design system calls them."""
    drawn = (
        (f'<p class="kit-choices__group">{conditional_escape(name)}</p>' if name else "")
        + "".join(_to_tick(option, f"govuk-{kind}") for option in options)
        for name, options, _ in groups
    )
    return mark_safe("".join(drawn))  # noqa: S308 - escaped there


def _to_tick(option: Option, kind: str) -> str:
    name, value, at = (escape(each) for each in (option["name"], option["value"], option["attrs"].get("id", "")))
    hint, told = "", ""
    if option["hint"]:
        hint = f'<div id="{at}-item-hint" class="govuk-hint {kind}__hint">{conditional_escape(option["hint"])}</div>'
        told = f' aria-describedby="{at}-item-hint"'
    return (
        f'<div class="{kind}__item"><input class="{kind}__input" type="{option["type"]}" name="{name}" value="{value}"'
        f'{told}{flatatt(option["attrs"])}><label class="govuk-label {kind}__label" for="{at}">'
        f"{conditional_escape(option['label'])}</label>{hint}</div>"
    )


@register.simple_tag(takes_context=True)
def pagination(context: Context, page_obj: Page[Any], param: str = "page") -> SafeString:
    """Links to the other pages of a list, keeping whatever else is in the address."""
    if not page_obj.has_other_pages():
        return SafeString("")
    request = context.get("request")
    query = request.GET.copy() if request else None

    def address(number: int) -> str:
        if query is None:
            return f"?{param}={number}"
        query[param] = str(number)
        return f"?{query.urlencode()}"

    paginator = page_obj.paginator
    listed = paginator.get_elided_page_range(page_obj.number, on_each_side=2, on_ends=1)
    pages = [
        {"number": n, "href": address(n) if isinstance(n, int) else "", "current": n == page_obj.number} for n in listed
    ]
    previous = address(page_obj.previous_page_number()) if page_obj.has_previous() else ""
    following = address(page_obj.next_page_number()) if page_obj.has_next() else ""
    return draw("pagination", pages=pages, previous=previous, next=following, page=page_obj)


# --- Filters ------------------------------------------------------------------------------------
@register.filter
def pounds(pence: Any) -> str:
    """Pence as pounds: 120050 → "£1,200.50"."""
    return money.pounds(pence) if isinstance(pence, int) else ""


def local(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: Any) -> str:
    """A date in words: "3 March 2026"."""
    value = local(value)
    return f"{value.day} {value:%B %Y}" if isinstance(value, dt.date) else ""


@register.filter
def day_short(value: Any) -> str:
    """A date of this year in brief: "3 Mar"."""
    value = local(value)
    return f"{value.day} {value:%b}" if isinstance(value, dt.date) else ""


@register.filter
def clock(value: Any) -> str:
    """A time of day: "2:30pm", "2pm", "midday"."""
    value = local(value)
    if not isinstance(value, dt.datetime | dt.time):
        return ""
    if value.minute == 0 and value.hour in (0, 12):
        return "midday" if value.hour else "midnight"
    minutes = f":{value.minute:02d}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'am' if value.hour < 12 else 'pm'}"


@register.filter
def when(value: Any) -> str:
    """A moment in local words: "Tue 3 March 2026, 2:30pm"."""
    value = local(value)
    if not isinstance(value, dt.date):
        return ""
    moment = f", {clock(value)}" if isinstance(value, dt.datetime) else ""
    return f"{value:%a} {day(value)}{moment}"


@register.filter
def words(value: Any) -> SafeString:
    """A person's own words, escaped, in paragraphs, each in the direction of its script."""
    if value in (None, ""):
        return SafeString("")
    text = linebreaks(conditional_escape(value), autoescape=False).replace("<p>", '<p dir="auto">')
    return format_html('<div class="kit-words">{}</div>', mark_safe(text))  # noqa: S308 - escaped on the line above


@register.filter
def named(value: Any) -> SafeString:
    """A short text of a person's, isolated so that its direction does not change the words around it."""
    return format_html("<bdi>{}</bdi>", value)
