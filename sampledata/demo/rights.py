"""The last part of the story: documents on Jordan's file, access events, a request for data, a legal hold."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from fpdf import FPDF
from PIL import Image, ImageDraw

from common.working_days import is_working_day, our_nation
from people.access.access_log import reasons
from people.models import AccessEvent, Document, Participant, User
from people.record import documents
from people.rights import audit_chain, bundles, retention
from sampledata.demo.person import FIRST


def tell(*, now: datetime) -> None:
    jordan = Participant.objects.get(email=FIRST)
    priya, dilys = (User.objects.get(email=f"{name}@demo.example") for name in ("priya", "dilys"))
    _documents(jordan, priya, now)
    _access_events(jordan, now)
    today = timezone.localdate(now)
    audit_chain.add_checkpoints(today=today, now=now)
    bundles.open_access(participant=jordan, asked_on=today - timedelta(days=9), by=dilys, now=now)
    someone = Participant.objects.exclude(pk=jordan.pk).order_by("pk").last()
    if someone:
        retention.set_hold(
            participant=someone, reason="A claim against the police is before the court.", by=dilys, now=now
        )


def _documents(jordan: Participant, priya: User, now: datetime) -> None:
    add: dict[str, Any] = {"participant": jordan, "now": now - timedelta(days=3)}
    letter: dict[str, Any] = {
        "title": "Tenancy offer from the housing association",
        "name": "offer.pdf",
        "data": _letter(),
        "shared_with_person": True,
    }
    documents.add_document(kind=Document.Kind.LETTER, by=priya, **add, **letter)
    documents.add_document(kind=Document.Kind.PHOTO, title="Photo", name="photo.png", data=_face(), by=priya, **add)
    if jordan.user:
        documents.add_document(
            kind=Document.Kind.EVIDENCE,
            title="My college letter",
            name="letter.png",
            data=_face(),
            by=jordan.user,
            **add,
        )


def _letter() -> bytes:
    pdf = FPDF(format="A4")
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.multi_cell(0, 8, "Dear Jordan,\n\nWe are pleased to offer you the flat at 4 Weir Court from next month.")
    return bytes(pdf.output())


def _face() -> bytes:
    """A drawn face: everyone here is invented."""
    picture = Image.new("RGB", (480, 480), "#b7d6d2")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((140, 90, 340, 330), fill="#e7c3a1")
    draw.pieslice((130, 70, 350, 300), 180, 360, fill="#4a3728")
    draw.ellipse((60, 330, 420, 760), fill="#1d5c63")
    for left in (195, 265):
        draw.ellipse((left, 200, left + 20, 224), fill="#222222")
    draw.arc((200, 220, 280, 290), 30, 150, fill="#8a3b2a", width=6)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _access_events(jordan: Participant, now: datetime) -> None:
    """Add a few weeks of access events, some of them unusual."""
    people = list(Participant.objects.order_by("pk").values_list("pk", flat=True))
    staff = {str(user.email).partition("@")[0]: user for user in User.objects.filter(email__endswith="@demo.example")}
    ordinary = [
        (day, hour, who, "PERSON", [jordan.pk])
        for day in range(1, 21, 2)
        for hour, who in ((10, "priya"), (14, "morag"))
    ]
    lists = [(day, 9, "priya", "LIST", people[:25]) for day in range(1, 21)]
    odd = [
        (4, 22, "priya", "PERSON", [jordan.pk]),
        *[(6, 11, "ruth", "PERSON", [pk]) for pk in people[:45]],
        *[(3, 15, "vik", "REFUSED", [pk]) for pk in people[3:10]],
    ]
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = []
    for number, (days, hour, who, kind, ids) in enumerate(sorted(ordinary + lists + odd, reverse=True)):
        user, at = staff[who], midnight - timedelta(days=days) + timedelta(hours=hour, minutes=number % 50)
        if not is_working_day(at.date(), our_nation()) and (days, hour, who, kind, ids) not in odd:
            continue
        whys = {} if kind == "REFUSED" else reasons(user, {ids[0]}, since=now)
        roles = ",".join(sorted(user.roles))
        page = {"PERSON": "person-overview", "LIST": "home", "REFUSED": "people:person-details"}[kind]
        rows.append(
            AccessEvent(
                at=at, user=user, roles=roles, kind=kind, page=page, participants=ids, request_id=f"demo{number:08}",
                why=whys.get(ids[0], ""),
            )
        )  # fmt: skip
    AccessEvent.objects.bulk_create(rows)
