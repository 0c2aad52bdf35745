"""Unusual use: many people in a day, one's own family, after hours, many refusals, a new account, money after a way in.

Each line says what to ask about, with figures. It accuses nobody, since each kind has ordinary reasons.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from common import encryption
from common.days import midnight
from common.errors import RuleBroken
from common.registry import Registry
from common.saving import save_or_refuse
from common.working_days import bank_holidays_between, our_nation
from people.models import AccessReview, User
from people.rights import audit_chain

DAYS = 30
USUAL_DAYS = 28
FIRST_HOUR, LAST_HOUR = 7, 20  # of a working day
KEPT = 26 * 60 * 60  # seconds
FRESH = 15 * 60  # seconds that what was found of today is shown; it is found anew every ten minutes (settings.py)
PLACE = "cache.unusual"


class Kind(StrEnum):
    EMERGENCY = "Emergency access"
    WAY_IN = "Gave a way to sign in, then decided or paid"
    NEW_ACCOUNT = "New account"
    BULK = "Many people in a day"
    FAMILY = "May be family"
    AFTER_HOURS = "After hours"
    REFUSALS = "Many refusals"
    TOO_OFTEN = "Told to slow down"


@dataclass(frozen=True)
class Line:
    kind: Kind
    viewer_id: int
    viewer: str
    day: date
    figures: str
    mark: AccessReview | None = None

    @property
    def key(self) -> str:
        return f"{self.kind.name}|{self.viewer_id}|{self.day.isoformat()}"

    @property
    def as_query(self) -> str:
        """Return the query string that shows that day in the audit."""
        parts = {"day": self.day.day, "month": self.day.month, "year": self.day.year}
        return urlencode({f"{end}-{part}": number for end in ("since", "until") for part, number in parts.items()})


# Without the officer's own events and participants' own. The days are read once for all questions.
EVENTS = """
    with looked as materialized (
        select l.* from people_accessevent l where l.at >= %(from)s and l.at < %(until)s and l.kind <> 'AUDIT'
    ),
    staff as materialized (
        select u.id, u.name, u.phone, u.email, u.created_at
        from (select distinct user_id from looked) l join people_user u on u.id = l.user_id
        where not exists (select from people_participant p where p.user_id = u.id)
    ),
    events as materialized (
        select l.*, (l.at at time zone %(zone)s) as local, u.name as viewer, u.phone, u.email,
            l.at >= u.created_at and l.at < u.created_at + interval '1 day' as account_is_new
        from looked l join staff u on u.id = l.user_id
    ),
    opened as materialized (  -- the same file of many people, taken out again, is counted once
        select distinct on (user_id, local::date, account_is_new, hash_array_extended(participants, 0))
            user_id, local::date as day, account_is_new, participants
        from events where kind in ('PERSON', 'CHANGE', 'EXPORT')
    ),
    -- People are counted apart, and compared with usual days, only for users with many events.
    many as materialized (
        select user_id, day, count(distinct p) as people from opened, unnest(participants) p
        where (user_id, day) in (
            select user_id, day from opened group by 1, 2 having sum(cardinality(participants)) > %(bulk)s
        ) group by 1, 2 having count(distinct p) > %(bulk)s
    ),
    before as (
        select m.user_id, m.day, (l.at at time zone %(zone)s)::date as other, count(distinct p) as people
        from many m join people_accessevent l on l.user_id = m.user_id and l.kind in ('PERSON', 'CHANGE', 'EXPORT')
            and l.at >= (m.day - %(usual)s)::timestamp at time zone %(zone)s
            and l.at < m.day::timestamp at time zone %(zone)s, unnest(l.participants) p
        group by 1, 2, 3
    )
"""
QUESTIONS = {
    Kind.EMERGENCY: """
        select user_id, local::date, count(distinct p)::text || ' people, without being in their team'
        from events, unnest(participants) p where why = 'BREAK_GLASS' group by 1, 2
    """,
    Kind.BULK: """
        select user_id, day, people || ' people; usually ' || usual || ' a day' from (
            select m.*, coalesce((
                select percentile_disc(0.5) within group (order by b.people) from before b
                where b.user_id = m.user_id and b.day = m.day
            ), 0) as usual from many m
        ) x where people > 3 * usual
    """,
    Kind.FAMILY: """
        select l.user_id, local::date,
            string_agg(distinct p.crn, ', ' order by p.crn) || ': the same family name, phone or e-mail'
        from events l, unnest(l.participants) at_whom join people_participant p on p.id = at_whom
        where l.kind in ('PERSON', 'CHANGE', 'REFUSED') and (
            lower(p.family_name) = lower(regexp_replace(l.viewer, '^.*\\s', ''))
            or (p.phone <> '' and p.phone = l.phone) or (p.email <> '' and lower(p.email) = lower(l.email)))
        group by 1, 2
    """,
    Kind.AFTER_HOURS: """
        select user_id, local::date, count(*) || ' looks, from ' || to_char(min(local), 'HH24:MI')
            || ' to ' || to_char(max(local), 'HH24:MI')
            || case when extract(isodow from min(local)) > 5 then ', on a weekend'
                when local::date = any(%(bank_holidays)s::date[]) then ', on a bank holiday' else '' end
        from events where extract(isodow from local) > 5 or local::date = any(%(bank_holidays)s::date[])
            or local::time < make_time(%(first)s, 0, 0) or local::time >= make_time(%(last)s, 0, 0)
        group by 1, 2 having count(*) >= %(late)s
    """,
    Kind.REFUSALS: """
        select user_id, local::date, count(*) || ' refusals'
        from events where kind = 'REFUSED' group by 1, 2 having count(*) >= %(refusals)s
    """,
    Kind.TOO_OFTEN: """
        select user_id, local::date,
            count(*) || ' requests past what an account may search, write or take out in an hour'
        from events where kind = 'TOO_OFTEN' group by 1, 2
    """,
    Kind.NEW_ACCOUNT: """
        select user_id, day, 'within a day of the account being made; ' || count(distinct p) || ' opened'
        from opened, unnest(participants) p where account_is_new group by 1, 2
    """,
}
ASKED = EVENTS + " union all ".join(
    f"select '{kind.name}', staff.id, staff.name, day, figures"
    f" from ({sql}) asked (viewer, day, figures) join staff on staff.id = viewer"
    for kind, sql in QUESTIONS.items()
)
# Questions of the floors above: the kind of line, and SQL that answers with the viewer's id and name, the day, figures.
MORE: Registry[tuple[Kind, str]] = Registry()
Row = tuple[str, int, str, date, str]  # the kind's name, the viewer's id and name, the day, figures


class OfToday(NamedTuple):
    rows: list[Row]
    until: datetime | None  # when they were found, where not just now


def lines(*, today: date, days: int = DAYS, of_today: OfToday | None = None) -> list[Line]:
    """Return lines, newest first, and within a day the gravest first."""
    first = today - timedelta(days=days)
    marks = {(m.kind, m.viewer_id, m.day): m for m in AccessReview.objects.filter(day__gte=first).select_related("by")}
    rows = [*finished(first, today), *(of_today or find_today(today)).rows]
    found = [Line(Kind[row[0]], *row[1:], marks.get((row[0], row[1], row[3]))) for row in rows]
    order = list(Kind)
    return sorted(found, key=lambda line: (-line.day.toordinal(), order.index(line.kind), line.viewer))


def find_today(today: date) -> OfToday:
    return OfToday(list(_asked(today, today + timedelta(days=1))), None)


def kept_of_today(today: date) -> OfToday | None:
    kept = cache.get(_place("today", today))
    if kept is None:
        return None
    until, rows = _opened(kept)
    return OfToday(_rows(rows), datetime.fromisoformat(until))


def keep_today(*, now: datetime) -> None:
    """Find what is unusual today, so that nobody waits for it: it takes longer the more is looked at in a day."""
    today = timezone.localdate(now)
    _keep(_place("today", today), [now, find_today(today).rows], FRESH)


def finished(first: date, today: date) -> list[Row]:
    """Return lines of the days before today. They no longer change, so they are cached for the day."""
    head = audit_chain.head()
    if head is None or head.day < today - timedelta(days=1):
        return list(_asked(first, today))
    place = _place(head.hash, first, today)
    kept = cache.get(place)
    if kept is None:
        kept = _keep(place, list(_asked(first, today)), KEPT)
    return _rows(_opened(kept))


def _place(*of: object) -> str:
    limits = settings.BULK_ACCESS, settings.MANY_REFUSALS, settings.LATE_ACCESS
    return "-".join(map(str, ["unusual", *of, *limits]))


def _keep(place: str, found: list[Any], seconds: int) -> str:
    """Encrypted, since it names people."""
    kept = encryption.encrypt(json.dumps(found, default=str), PLACE)
    cache.set(place, kept, seconds)
    return kept


def _rows(kept: list[Any]) -> list[Row]:
    return [(kind, pk, name, date.fromisoformat(day), told) for kind, pk, name, day, told in kept]


def _opened(kept: str) -> list[Any]:
    return cast(list[Any], json.loads(encryption.decrypt(kept, PLACE)))


def _asked(first: date, until: date) -> Iterator[Row]:
    """Run every question from the start of one day to the start of another."""
    known: dict[str, Any] = {
        "zone": settings.TIME_ZONE, "from": midnight(first), "until": midnight(until), "usual": USUAL_DAYS,
        "first": FIRST_HOUR, "last": LAST_HOUR, "late": settings.LATE_ACCESS, "bulk": settings.BULK_ACCESS,
        "refusals": settings.MANY_REFUSALS, "bank_holidays": bank_holidays_between(first, until, our_nation()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ASKED, known)
        yield from cursor.fetchall()
        for kind, question in MORE:
            cursor.execute(question, known)
            for found in cursor.fetchall():
                yield (kind.name, *found)


@transaction.atomic
def record_review(*, line: Line, note: str, by: User, now: Any) -> AccessReview:
    """Record an access review of a line: what was found. A line is reviewed once."""
    if line.mark:
        raise RuleBroken("This was looked into already.")
    if line.viewer_id == by.pk:
        raise RuleBroken("Someone else has to look into your own use.")
    mark = AccessReview(kind=line.kind.name, viewer_id=line.viewer_id, day=line.day, note=note, by=by, at=now)
    save_or_refuse(mark, by=by)
    return mark
