"""What needs me today? Every floor's waiting work in one list: one row a person, the most urgent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from common.postgres.compiled import compiled_once
from common.work_items import MOST, OFFICE_SOURCES, SOURCES, WorkItem
from people.access.whom import Whom, is_one_of
from people.models import Participant, SafeContact, User

SHOWN = 40  # rows
LATE = "late"


@dataclass
class Row:
    """One person, or something about nobody, with everything that waits about them: the most urgent first."""

    items: list[WorkItem]
    person: Any = None
    safe_contact: SafeContact | None = None  # what to mind before ringing
    phone: Any = ""

    @property
    def first(self) -> WorkItem:
        return self.items[0]

    @property
    def name(self) -> str:
        return self.first.name

    @property
    def kinds(self) -> set[str]:
        return {item.kind for item in self.items}

    def is_late(self, today: date) -> bool:
        return any(item.due < today for item in self.items)


@dataclass(frozen=True)
class WorkList:
    """A user's list: all of it counted by kind, and the part that is shown. `kind` may be LATE, too."""

    rows: list[Row]
    kind: str
    today: date
    cut: frozenset[str] = field(default_factory=frozenset)  # kinds of which there may be more than were read

    @cached_property
    def kinds(self) -> Counter[str]:
        return Counter(kind for row in self.rows for kind in row.kinds)

    @property
    def is_cut(self) -> bool:
        """Whether there may be more of what was chosen than was read."""
        return bool(self.cut) if self.kind in ("", LATE) else self.kind in self.cut

    @property
    def counts(self) -> list[dict[str, object]]:
        """How many rows for each reason. A number with + is at least that."""
        late = sum(row.is_late(self.today) for row in self.rows)
        counted = [("Everyone", "", len(self.rows), bool(self.cut)), ("Late", LATE, late, bool(self.cut))]
        counted += [(kind, kind, n, kind in self.cut) for kind, n in sorted(self.kinds.items())]
        return [
            {
                "text": text, "href": f"?kind={kind.replace(' ', '+')}" if kind else "?",
                "count": f"{count}+" if cut else str(count), "current": kind == self.kind,
            }
            for text, kind, count, cut in counted
        ]  # fmt: skip

    @cached_property
    def chosen(self) -> list[Row]:
        if self.kind == LATE:
            return [row for row in self.rows if row.is_late(self.today)]
        return [row for row in self.rows if not self.kind or self.kind in row.kinds]

    @property
    def shown(self) -> list[Row]:
        return self.chosen[:SHOWN]

    @property
    def left_out(self) -> int:
        return max(0, len(self.chosen) - SHOWN)

    @cached_property
    def people_ids(self) -> list[int]:
        return sorted({row.person.pk for row in self.shown if row.person})


def for_user(*, user: User, whom: Whom, today: date, now: datetime, kind: str = "") -> WorkList:
    """The whole list for one user. A kind that is not there shows everything."""
    sources = (*SOURCES, *OFFICE_SOURCES)
    found = [item for source in sources for item in source(user=user, whom=whom, today=today, now=now)]
    rows = stacked(found)
    known = {LATE}.union(*(row.kinds for row in rows))
    counted = Counter(item.kind for item in found)
    cut = frozenset(name for name, number in counted.items() if number >= MOST)
    listed = WorkList(rows, kind if kind in known else "", today, cut)
    _add_how_to_reach(listed.shown, whom)
    return listed


def stacked(items: Iterable[WorkItem]) -> list[Row]:
    """One row for each person; what is about nobody has a row of its own."""
    rows: dict[Any, Row] = {}
    for number, item in enumerate(sorted(items, key=lambda item: item.order)):
        key = ("person", item.person.pk) if item.person else ("item", number)
        rows.setdefault(key, Row([], item.person)).items.append(item)
    return list(rows.values())


def _add_how_to_reach(rows: list[Row], whom: Whom) -> None:
    """Their phone, and what to mind before ringing, of the rows that are shown: two queries."""
    ids = [row.person.pk for row in rows if row.person]
    if not ids:
        return
    phones = {person["pk"]: person["phone"] for person in _phones(ids=ids, whom=whom)}
    notes = {note.participant_id: note for note in _safe_contacts(ids=ids, whom=whom)}
    for row in rows:
        if row.person:
            row.phone, row.safe_contact = phones.get(row.person.pk, ""), notes.get(row.person.pk)


@compiled_once
def _phones(*, ids: list[int], whom: Whom) -> QuerySet[Participant, Any]:
    return Participant.objects.filter(is_one_of("pk", ids), whom.sees("pk")).values("pk", "phone")


@compiled_once
def _safe_contacts(*, ids: list[int], whom: Whom) -> QuerySet[SafeContact]:
    return SafeContact.objects.filter(is_one_of("participant", ids), whom.sees("participant"))
