"""What needs me today? Every floor's waiting work in one list, most urgent first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from common.work_items import MOST, SOURCES, WorkItem
from people.access.whom import whom
from people.models import User

SHOWN = 40


@dataclass(frozen=True)
class WorkList:
    """A practitioner's list: all of it counted by kind, and the part that is shown."""

    everything: list[WorkItem]
    kind: str
    today: date

    @cached_property
    def kinds(self) -> Counter[str]:
        return Counter(item.kind for item in self.everything)

    @property
    def is_cut(self) -> bool:
        """Whether there may be more of what was chosen than was read."""
        return any(n >= MOST for kind, n in self.kinds.items() if self.kind in ("", kind))

    @property
    def counts(self) -> list[dict[str, object]]:
        """A number with + is at least that."""
        cut = any(n >= MOST for n in self.kinds.values())
        every = {"text": "Everything", "href": "?", "count": _said(len(self.everything), cut), "current": not self.kind}
        return [every] + [
            {
                "text": kind, "href": f"?kind={kind.replace(' ', '+')}", "count": _said(n, n >= MOST),
                "current": kind == self.kind,
            }
            for kind, n in sorted(self.kinds.items())
        ]  # fmt: skip

    @cached_property
    def chosen(self) -> list[WorkItem]:
        return [item for item in self.everything if not self.kind or item.kind == self.kind]

    @property
    def shown(self) -> list[WorkItem]:
        return self.chosen[:SHOWN]

    @property
    def left_out(self) -> int:
        return max(0, len(self.chosen) - SHOWN)

    @cached_property
    def people_ids(self) -> list[int]:
        return sorted({item.person.pk for item in self.shown if item.person})


def _said(count: int, cut: bool) -> str:
    return f"{count}+" if cut else str(count)


def for_user(*, user: User, today: date, now: datetime, kind: str = "") -> WorkList:
    """The whole list for one user. A kind that is not there shows everything."""
    theirs = whom(user, today)
    found = (item for source in SOURCES for item in source(user=user, whom=theirs, today=today, now=now))
    everything = sorted(found, key=lambda item: item.order)
    return WorkList(everything=everything, kind=kind if any(i.kind == kind for i in everything) else "", today=today)
