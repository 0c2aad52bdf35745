"""Sentences and what each requires."""

from __future__ import annotations

from people.models import Requirement, Sentence
from sampledata.volume.loading import fast
from sampledata.volume.sql import Ground, insert

KINDS = [Sentence.Kind.COMMUNITY] * 5 + [Sentence.Kind.SUSPENDED] * 3
REQUIRED = ["UNPAID_WORK", "DRUG", "ALCOHOL", "PROGRAMME", "MENTAL_HEALTH", "RESIDENCE"]


def generate(ground: Ground) -> dict[str, int]:
    with fast("people_sentence"):
        sentences = _latest(ground) + _earlier(ground)
    with fast("people_requirement"):
        requirements = _required(ground)
    return {"sentences": sentences, "requirements": requirements}


def _latest(ground: Ground) -> int:
    """Custody for one in three: most are out, those in prison come out in the months ahead."""
    days = f"(180 + {ground.roll('p.id', 'length', 900)})::int"
    return insert(
        ground,
        Sentence,
        {
            "participant_id": "p.id",
            "kind": f"case when custody then 'CUSTODY' else {ground.pick('p.id', 'kind', KINDS)} end",
            "starts_on": "p.joined_on - 20",
            "length_days": days,
            "ends_on": f"p.joined_on - 20 + {days}",
            "release_on": f"""case when p.prison_id is not null then
                {ground.day} + (1 + {ground.roll("p.id", "release", 200)})::int when custody then p.joined_on end""",
        },
        f"""from (select *, prison_id is not null or {ground.roll("id", "custody", 100)} < 24 as custody
                  from people_participant where {ground.new("people_participant")}) p""",
    )


def _earlier(ground: Ground) -> int:
    return insert(
        ground,
        Sentence,
        {
            "participant_id": "p.id",
            "kind": ground.pick("p.id", "earlier kind", KINDS),
            "starts_on": "p.joined_on - 900",
            "length_days": "365",
            "ends_on": "p.joined_on - 535",
        },
        f"""from people_participant p
            where {ground.new("people_participant", "p.id")} and {ground.roll("p.id", "earlier", 10)} < 3""",
    )


def _required(ground: Ground) -> int:
    """Supervision for everyone, and one thing more; how it is done is flexible for half of them."""
    return insert(
        ground,
        Requirement,
        {
            "sentence_id": "s.id",
            "kind": f"case when n = 0 then 'SUPERVISION' else {ground.pick('s.id', 'required', REQUIRED)} end",
            "flexible": f"n = 1 and {ground.roll('s.id', 'flexible', 2)} = 0",
        },
        f"from people_sentence s cross join generate_series(0, 1) n where {ground.new('people_sentence', 's.id')}",
    )
