"""Looks at records over a year: by whoever leads the case, and one in fifty by somebody else."""

from __future__ import annotations

from people.models import AccessEvent
from sampledata.volume.loading import fast
from sampledata.volume.sql import Ground, insert

EACH = 8  # of every person, lists of 25 people not counted
LISTED = 25
KINDS = ["PERSON"] * 7 + ["CHANGE"]
PAGES = 80


def generate(ground: Ground) -> dict[str, int]:
    with fast("people_accessevent"):
        return {"looks": _events(ground, EACH * ground.people)}


def _events(ground: Ground, many: int) -> int:
    """Oldest first, as they come. Weekends are quiet, and one look in fifty is in the evening."""
    first = f"(select min(id) from people_assignment where {ground.new('people_assignment')})"
    listed = f"n % 10 = 0 and {ground.people} >= {LISTED}"
    kind = f"""case when {listed} then 'LIST' when n % 199 = 0 then 'REFUSED'
               else {ground.pick("n", "kind of look", KINDS)} end"""
    evening = f"case when n % 50 = 0 then 13 else {ground.roll('n', 'minute', 600)} / 60.0 end"
    back = "case when extract(isodow from m.day) > 5 and n % 20 > 0 then interval '2 days' else interval '0' end"
    return insert(
        ground,
        AccessEvent,
        {
            "at": f"least(m.day - {back} + interval '1 hour' * (8 + {evening}), {ground.moment})",
            "user_id": f"""case when n % 50 = 1 then (
                select o.practitioner_id from people_assignment o
                where o.id = {first} + {ground.roll("n", "somebody", ground.people)}) else a.practitioner_id end""",
            "roles": "'PRACTITIONER'",
            "kind": kind,
            "page": f"'people:page-' || {ground.roll('n', 'page', PAGES)}",
            "participants": f"""case when {listed} then (
                select array_agg(o.participant_id) from people_assignment o
                where o.id between least(a.id, last.id - {LISTED} + 1) and least(a.id, last.id - {LISTED} + 1)
                                   + {LISTED} - 1) else array[a.participant_id] end""",
            "request_id": "'grown'",
            "why": "case when n % 5000 = 0 then 'BREAK_GLASS' else 'ASSIGNED' end",
        },
        f"""from generate_series(1::bigint, {many}) n
            cross join lateral (select date_trunc('day', {ground.moment}
                - interval '1 year' * (1 - n::float / {many})) as day offset 0) m
            cross join (select max(id) as id from people_assignment) last
            join people_assignment a on a.id = {first} + {ground.roll("n", "at whom", ground.people)}""",
    )
