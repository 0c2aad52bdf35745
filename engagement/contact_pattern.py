"""How unusual is this silence, for this person? One SQL statement answers for everyone.

Contact is taken to come at a person's own rate. That rate has a Gamma prior whose mean is what the plan asks for and
whose weight is PRIOR_CONTACTS contacts, so a new person starts from the plan and a known one from themselves. With n
days of contact in T days, the chance that an ordinary silence lasts g days or more is
((b + T) / (b + T + g)) ** (a + n). The drift score is -ln(chance) + g / FORGOTTEN_DAYS. The first term finds the person
seen weekly early. The second keeps a person seen monthly from being forgotten. `bench/contact_pattern.py` compares the
score with simpler rules, and finds the thresholds in the settings.

Days are local days. Days in custody and planned absences are left out of T and of g, and contact on such days does
not count towards n, but it does end a silence.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import connection

from common.days import midnight
from engagement.models.appointments import CAME
from engagement.models.plans import USUAL_DAYS

PRIOR_CONTACTS = 3  # how many contacts the plan's interval weighs against the person's own
FORGOTTEN_DAYS = 16  # each so many days of silence add one to the score, whatever the pattern
RARE = 0.1  # a chance above this is not worth a word
HALF_A_YEAR = 182
HISTORY_DAYS = 365  # a pattern is what someone does lately, not years ago


class Band(StrEnum):
    STEADY = "STEADY"
    WATCH = "WATCH"
    ALERT = "ALERT"


@dataclass(frozen=True)
class ContactPattern:
    """How one person keeps in touch, as of a day. `last_on` is None where there was never a contact."""

    participant_id: int
    every_days: int
    contacts: int
    history_days: int
    silent_days: int
    last_on: date | None
    score: float
    released_on: date | None = None  # the last release
    unheard_since: date | None = None  # that day, or the day of joining if later; None if there was contact since

    @property
    def chance(self) -> float:
        """The chance that an ordinary silence lasts this long."""
        return math.exp(-(self.score - self.silent_days / FORGOTTEN_DAYS))

    @property
    def usual_days(self) -> int:
        """About how many days lie between contacts, with the plan's interval weighed in."""
        prior_days = PRIOR_CONTACTS * self.every_days
        return max(1, round((prior_days + self.history_days) / (PRIOR_CONTACTS + self.contacts)))

    @property
    def band(self) -> Band:
        return band(self.score)

    @property
    def reason(self) -> str:
        """The silence in words a person can check."""
        if self.last_on is None:
            yet = f"No contact yet in {days(self.silent_days)}." if self.silent_days else "No contact yet."
            return f"{yet} The plan asks for one every {days(self.every_days)}."
        if not self.silent_days:
            return f"In touch {self.last_on:%-d %b}; {self.usually}."
        last = f"{self.last_on:%-d %b}" if self.silent_days < HALF_A_YEAR else f"{self.last_on:%-d %b %Y}"
        outside = " outside" if self.released_on and self.released_on > self.last_on else ""  # days inside do not count
        return f"Silent {days(self.silent_days)}{outside}; {self.usually}. Last in touch {last}."

    @property
    def usually(self) -> str:
        """Their own habit, once there is one; else what the plan asks for."""
        return (
            f"usually {self.usual_days}" if self.contacts > PRIOR_CONTACTS else f"the plan says every {self.every_days}"
        )

    @property
    def why(self) -> str:
        """How rare such a silence is for them; "" where that says nothing."""
        if self.contacts < 2 or not self.silent_days or self.chance > RARE:
            return ""
        return (
            f"Someone who is in touch about every {days(self.usual_days)} is silent this long {in_words(self.chance)}."
        )


def surprise(*, every_days: int, contacts: int, history_days: int, silent_days: int) -> float:
    """Return -ln of the chance that an ordinary silence lasts this long."""
    return (PRIOR_CONTACTS + contacts) * math.log1p(silent_days / (PRIOR_CONTACTS * every_days + history_days))


def drift_score(*, every_days: int, contacts: int, history_days: int, silent_days: int) -> float:
    """Return surprise plus a part for each silent day. `_SQL` computes the same for everyone."""
    unusual = surprise(every_days=every_days, contacts=contacts, history_days=history_days, silent_days=silent_days)
    return unusual + silent_days / FORGOTTEN_DAYS


def band(score: float) -> Band:
    if score >= settings.DRIFT_ALERT:
        return Band.ALERT
    return Band.WATCH if score >= settings.DRIFT_WATCH else Band.STEADY


def days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def in_words(chance: float) -> str:
    """Say a chance as people do: "about 3 times in 100"."""
    for whole in (100, 1000):
        times = round(chance * whole)
        if times > 1:
            return f"about {times} times in {whole:,}"
        if times == 1:
            return f"about once in {whole:,}"
    return "less than once in 1,000"


def everyone(*, today: date, at_least: float = 0.0) -> list[ContactPattern]:
    """Return everyone out of custody and not away today whose score is at least this.

    And who was released within the year and has not been heard of since.
    """
    return _ask(today=today, at_least=at_least, ids=None)


def of(participant_ids: Collection[int], *, today: date) -> dict[int, ContactPattern]:
    """Return these people's contact patterns by id, without those in custody or away today."""
    return {row.participant_id: row for row in _ask(today=today, at_least=0.0, ids=list(participant_ids))}


def _ask(*, today: date, at_least: float, ids: list[int] | None) -> list[ContactPattern]:
    answers: dict[str, Any] = {
        "today": today,
        "since": midnight(today - timedelta(days=HISTORY_DAYS)),
        "until": midnight(today + timedelta(days=1)),
        "zone": settings.TIME_ZONE,
        "history": HISTORY_DAYS,
        "prior": PRIOR_CONTACTS,
        "forgotten": FORGOTTEN_DAYS,
        "came": [str(outcome) for outcome in CAME],
        "at_least": at_least,
        "ids": ids,
        "bands": [str(band) for band in USUAL_DAYS],
        "usual": list(USUAL_DAYS.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, answers)
        return [ContactPattern(*row) for row in cursor.fetchall()]


_SCORE = """
    (%(prior)s + {contacts}) * ln(1 + silent_days::float8 / (%(prior)s * every_days + history_days))
        + silent_days::float8 / %(forgotten)s
"""
# The days after `first` to `last` that are not days away.
_DAYS = """
    case when away is null then {last} - {first} else (
        select coalesce(sum(upper(r) - lower(r)), 0)::int
          from unnest(datemultirange(daterange({first}, {last}, '(]')) - away) r
    ) end
"""
# Who is in the service; the days on which nobody expects a contact; the last contact, and how many `times` there was
# one. A score by these is the highest that it can be: contacts on one day count once, and those on a day away not at
# all. Only of whom it is high enough are the days counted. `silent_since`: the last contact, or the day they began.
# Times inside: by the acts of custody; by a sentence's own dates where no act says how they went in by it; and, of a
# sentence they were recalled from, the time until the release before.
TIMES_INSIDE = """
    select participant_id, daterange(happened_on, until) as days from people_custodyevent
     where struck_at is null and kind in ('SENTENCED', 'REMANDED', 'RECALLED', 'FILE_IN')
    union all
    select s.participant_id, daterange(s.starts_on, coalesce(s.release_on, s.ends_on + 1)) from people_sentence s
     where s.kind = 'CUSTODY' and not exists (
        select from people_custodyevent e where e.sentence_id = s.id and e.struck_at is null
           and e.kind in ('SENTENCED', 'RECALLED', 'FILE_IN'))
    union all
    select e.participant_id, daterange(s.starts_on, e.release_was) from people_custodyevent e
      join people_sentence s on s.id = e.sentence_id
     where e.kind = 'RECALLED' and e.struck_at is null
"""
RELEASES = """
    select participant_id, release_on as released_on from people_sentence where release_on is not null
    union all
    select participant_id, happened_on from people_custodyevent where kind = 'RELEASED' and struck_at is null
"""
_SQL = f"""
with who as (
    select p.id, p.joined_on, p.whereabouts, greatest(p.joined_on, %(today)s - %(history)s) as start_on,
           coalesce(cp.every_days, u.every_days) as every_days
      from people_participant p
      join unnest(%(bands)s::text[], %(usual)s::int[]) as u(band, every_days) on u.band = p.risk_band
      left join engagement_contactplan cp on cp.participant_id = p.id
     where p.joined_on <= %(today)s and (p.left_on is null or p.left_on > %(today)s)
       and (%(ids)s::bigint[] is null or p.id = any(%(ids)s))
), away as (
    select participant_id, range_agg(days) as days
      from (
        select participant_id, daterange(starts_on, ends_on, '[]') as days from engagement_plannedabsence
        union all
        {TIMES_INSIDE}
      ) spans
     where %(ids)s::bigint[] is null or participant_id = any(%(ids)s)
     group by participant_id
), released as (
    select participant_id, max(released_on) as released_on from ({RELEASES}) outs
     where released_on <= %(today)s and (%(ids)s::bigint[] is null or participant_id = any(%(ids)s))
     group by participant_id
), met as not materialized (
    select participant_id, starts_at as at from engagement_appointment
     where outcome = any(%(came)s) and starts_at >= %(since)s and starts_at < %(until)s
    union all
    select participant_id, at from engagement_contact where meaningful and at >= %(since)s and at < %(until)s
), heard as (
    select participant_id, count(*) as times, (max(at) at time zone %(zone)s)::date as last_on
      from met where %(ids)s::bigint[] is null or participant_id = any(%(ids)s) group by participant_id
), here as (
    select who.*, away.days as away, released_on, released_on + greatest(joined_on - released_on, 0) as out_since,
           coalesce(times, 0) as times, case when last_on >= start_on then last_on end as last_on,
           greatest(last_on, start_on) as silent_since
      from who
      left join heard on heard.participant_id = who.id
      left join away on away.participant_id = who.id
      left join released on released.participant_id = who.id
     where not coalesce(away.days @> %(today)s::date, false) and who.whereabouts = 'COMMUNITY'
), counted as (
    select here.*, case when last_on >= out_since then null else out_since end as unheard_since,
           {_DAYS.format(first="start_on", last="silent_since")} as history_days,
           {_DAYS.format(first="silent_since", last="%(today)s")} as silent_days
      from here
), scored as (
    select counted.*, days_of.contacts, {_SCORE.format(contacts="days_of.contacts")} as score
      from counted cross join lateral (
        select count(distinct day) as contacts
          from (select (at at time zone %(zone)s)::date as day from met where participant_id = counted.id) days
         where day > start_on and not coalesce(away @> day, false)
      ) days_of
     where unheard_since >= %(today)s - %(history)s or {_SCORE.format(contacts="times")} >= %(at_least)s
)
select id, every_days, contacts, history_days, silent_days, last_on, score, released_on, unheard_since
  from scored where score >= %(at_least)s or unheard_since >= %(today)s - %(history)s order by score desc, id
"""  # noqa: S608 - put together from the lines above
