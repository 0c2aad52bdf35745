"""Life plans: two goals each, three steps a goal."""

from __future__ import annotations

from lifeplans.models import Goal, LifePlan, Step
from sampledata.volume.loading import fast
from sampledata.volume.sql import Ground, insert, quoted
from sampledata.volume.words import GOALS, STEPS


def generate(ground: Ground) -> dict[str, int]:
    with fast("lifeplans_lifeplan", "lifeplans_goal", "lifeplans_step"):
        return {"life plans": _plans(ground), "goals": _goals(ground), "steps": _steps(ground)}


def _plans(ground: Ground) -> int:
    return insert(
        ground,
        LifePlan,
        {
            "participant_id": "a.participant_id",
            "started_on": "a.starts_on + 7",
            "started_by_id": "a.practitioner_id",
            "story": quoted("I want a quiet life, some work, and to be there for my family."),
        },
        f"from people_assignment a where {ground.new('people_assignment', 'a.id')} order by a.id",
    )


def _goals(ground: Ground) -> int:
    """Agreed by both in the week they were written, and one in six achieved since."""
    rows = ", ".join(f"({at}, {', '.join(map(quoted, goal))})" for at, goal in enumerate(GOALS))
    said = "(pl.started_on + 7) + time '10:00'"
    return insert(
        ground,
        Goal,
        {
            "plan_id": "pl.id",
            "title": "g.title",
            "words_of": "'PARTICIPANT'",
            "proposed_by_id": "pl.started_by_id",
            "proposed_on": "pl.started_on",
            "good": "g.good",
            "need": "g.need",
            "position": "n + 1",
            "status": "case when done then 'ACHIEVED' else 'AGREED' end",
            "agreed_on": "pl.started_on + 7",
            "achieved_on": f"case when done then greatest(pl.started_on + 7, {ground.day} - 10) end",
            "target_date": f"{ground.day} + ({ground.roll('pl.id', 'target', 180)} - 30)::int",
            **{f"{author}_said": "'AGREE'" for author in ("participant", "practitioner")},
            **{f"{author}_said_at": said for author in ("participant", "practitioner")},
            **{f"{author}_said_by_id": "pl.started_by_id" for author in ("participant", "practitioner")},
        },
        f"""from (select pl.*, n, {ground.roll("pl.id * 2 + n", "achieved", 6)} = 0 as done
                  from lifeplans_lifeplan pl cross join generate_series(0, 1) n
                  where {ground.new("lifeplans_lifeplan", "pl.id")}) pl
            join (values {rows}) g (at, title, good, need)
              on g.at = ({ground.roll("pl.id", "goal", len(GOALS))} + n * 3) % {len(GOALS)}""",
    )


def _steps(ground: Ground) -> int:
    return insert(
        ground,
        Step,
        {
            "goal_id": "g.id",
            "text": ground.pick("g.id * 3 + n", "step", STEPS),
            "words_of": "'PARTICIPANT'",
            "who": "case when n = 2 then 'PRACTITIONER' else 'PARTICIPANT' end",
            "due_on": f"g.agreed_on + (14 + n * 30 + {ground.roll('g.id', 'due', 400)})::int",
            "status": "case when n = 0 or g.status = 'ACHIEVED' then 'DONE' else 'TO_DO' end",
            "done_on": "case when n = 0 or g.status = 'ACHIEVED' then g.agreed_on + 14 end",
            "position": "n + 1",
            "added_by_id": "g.proposed_by_id",
            "added_on": "g.proposed_on",
        },
        f"from lifeplans_goal g cross join generate_series(0, 2) n where {ground.new('lifeplans_goal', 'g.id')}",
    )
