"""Use of records that is not as usual: many people in a day, one's own family, after hours, many refusals.

It says what to ask about, with figures. It accuses nobody: each kind has its ordinary reasons.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, transaction

from common.errors import RuleBroken
from people.models import LookedInto, User

DAYS = 30
USUAL_DAYS = 28
FIRST_HOUR, LAST_HOUR = 7, 20  # of a working day


class Kind(StrEnum):
    EMERGENCY = "Emergency access"
    BULK = "Many people in a day"
    FAMILY = "May be family"
    AFTER_HOURS = "After hours"
    REFUSALS = "Many refusals"


@dataclass(frozen=True)
class Line:
    kind: Kind
    viewer_id: int
    viewer: str
    day: date
    figures: str
    mark: LookedInto | None = None

    @property
    def key(self) -> str:
        return f"{self.kind.name}|{self.viewer_id}|{self.day.isoformat()}"

    @property
    def as_query(self) -> str:
        """That day, as the search of the audit asks for it."""
        parts = {"day": self.day.day, "month": self.day.month, "year": self.day.year}
        return urlencode({f"{end}-{part}": number for end in ("since", "until") for part, number in parts.items()})


# The officer's own looks and the participants' at themselves are left out.
STAFF = """
    looks as (
        select l.*, (l.at at time zone %(zone)s) as local, u.name as viewer, u.phone, u.email
        from people_look l join people_user u on u.id = l.user_id
        where l.at >= %(from)s::date - %(usual)s and l.kind <> 'AUDIT'
          and not exists (select from people_participant p where p.user_id = u.id)
    )
"""
QUESTIONS = {
    Kind.EMERGENCY: f"""
        with {STAFF}
        select user_id, viewer, local::date, count(distinct p)::text || ' people, without being in their team'
        from looks, unnest(participants) p where why = 'BREAK_GLASS' and local >= %(from)s group by 1, 2, 3
    """,
    Kind.BULK: f"""
        with {STAFF},
        days as (
            select user_id, viewer, local::date as day, count(distinct p) as people
            from looks, unnest(participants) p where kind in ('PERSON', 'CHANGE', 'EXPORT') group by 1, 2, 3
        )
        select user_id, viewer, day, people || ' people; usually ' || usual || ' a day' from (
            select d.*, coalesce((
                select percentile_disc(0.5) within group (order by b.people) from days b
                where b.user_id = d.user_id and b.day < d.day and b.day >= d.day - %(usual)s
            ), 0) as usual from days d where day >= %(from)s
        ) x where people > greatest(%(bulk)s, 3 * usual)
    """,
    Kind.FAMILY: f"""
        with {STAFF}
        select l.user_id, l.viewer, local::date,
            string_agg(distinct p.crn, ', ' order by p.crn) || ': the same family name, phone or e-mail'
        from looks l join people_participant p on p.id = any(l.participants)
        where l.kind in ('PERSON', 'CHANGE', 'REFUSED') and local >= %(from)s and (
            lower(p.family_name) = lower(regexp_replace(l.viewer, '^.*\\s', ''))
            or (p.phone <> '' and p.phone = l.phone) or (p.email <> '' and lower(p.email) = lower(l.email)))
        group by 1, 2, 3
    """,
    Kind.AFTER_HOURS: f"""
        with {STAFF}
        select user_id, viewer, local::date, count(*) || ' looks, from ' || to_char(min(local), 'HH24:MI')
            || ' to ' || to_char(max(local), 'HH24:MI')
            || case when extract(isodow from min(local)) > 5 then ', on a weekend' else '' end
        from looks where local >= %(from)s and (
            extract(isodow from local) > 5 or local::time < make_time(%(first)s, 0, 0)
            or local::time >= make_time(%(last)s, 0, 0))
        group by 1, 2, 3
    """,
    Kind.REFUSALS: f"""
        with {STAFF}
        select user_id, viewer, local::date, count(*) || ' refusals'
        from looks where kind = 'REFUSED' and local >= %(from)s group by 1, 2, 3 having count(*) >= %(refusals)s
    """,
}


def lines(*, today: date, days: int = DAYS) -> list[Line]:
    """Newest first; within a day the gravest first."""
    first = today - timedelta(days=days)
    marks = {(m.kind, m.viewer_id, m.day): m for m in LookedInto.objects.filter(day__gte=first).select_related("by")}
    found = list(_asked(first, marks))
    order = list(Kind)
    return sorted(found, key=lambda line: (-line.day.toordinal(), order.index(line.kind), line.viewer))


def _asked(first: date, marks: dict[Any, LookedInto]) -> Iterator[Line]:
    known: dict[str, Any] = {
        "zone": settings.TIME_ZONE, "from": first, "usual": USUAL_DAYS, "first": FIRST_HOUR, "last": LAST_HOUR,
        "bulk": settings.BULK_LOOKS, "refusals": settings.MANY_REFUSALS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for kind, question in QUESTIONS.items():
            cursor.execute(question, known)
            for viewer_id, viewer, day, figures in cursor.fetchall():
                yield Line(kind, viewer_id, viewer, day, figures, marks.get((kind.name, viewer_id, day)))


@transaction.atomic
def looked_into(*, line: Line, note: str, by: User, now: Any) -> LookedInto:
    """Mark a line as looked into, with what was found. It is marked once."""
    if line.mark:
        raise RuleBroken("This was looked into already.")
    if line.viewer_id == by.pk:
        raise RuleBroken("Someone else has to look into your own use.")
    mark = LookedInto(kind=line.kind.name, viewer_id=line.viewer_id, day=line.day, note=note, by=by, at=now)
    mark.full_clean(exclude=["viewer", "by"])
    mark.save()
    return mark
