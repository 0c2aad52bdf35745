"""A work item is one line of the work list: who, why now, and what to do. Each floor adds a source of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.utils.functional import Promise

from common.registry import Registry

MOST = 100  # of each kind from one source; nobody reads further


@dataclass(frozen=True)
class WorkItem:
    """Something that waits for a practitioner or manager. Lower `urgency` comes first; equal ones by `due`."""

    urgency: int  # 10 safety, 20 alert, 30 overdue, 40 decide or record, 50 coming up
    kind: str  # shown as a tag, and counted: "Alert", "Record outcome", "Request", "Plan", "Release"
    person: Any  # the participant; None where it is about nobody, or nobody whom the viewer may see
    reason: str  # plain words: why this is here now
    due: date
    url: (
        str | Promise
    )  # the page for acting on it in full; made as it is shown, since most items are not (reverse_lazy)
    action: str  # the words of that link
    who: str = ""  # shown where there is no participant
    opens: bool = False  # whether the page is short enough to open under the row (assets/js/in_row.js)
    inline: str = ""  # template of a button that acts in place; rendered with `item` and `subject`
    subject: Any = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.person.name if self.person else self.who

    @property
    def order(self) -> tuple[int, date, str]:
        return (self.urgency, self.due, self.person.crn if self.person else "")


class Source(Protocol):
    """What a floor finds waiting for `user`, about `whom` (people/access/whom.py)."""

    def __call__(self, *, user: Any, whom: Any, today: date, now: datetime) -> list[WorkItem]: ...


SOURCES: Registry[Source] = Registry()  # about participants: their overview asks these, too
OFFICE_SOURCES: Registry[Source] = Registry()  # about nobody: caseloads, roles, programmes
