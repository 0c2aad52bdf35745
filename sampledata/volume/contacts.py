"""Contacts over two years, and the meetings among them."""

from __future__ import annotations

from engagement.models import Appointment, Contact
from sampledata.volume.loading import fast
from sampledata.volume.sql import Ground, insert
from sampledata.volume.words import MET, NEXT

DAYS = 730
MEETINGS = 4  # that have been; and one to come for four people in five
KINDS = [Contact.Kind.CALL] * 6 + [Contact.Kind.TEXT] * 3 + [Contact.Kind.VISIT] * 2 + [Contact.Kind.EMAIL]
OUTCOMES = ["COMPLIED"] * 14 + ["UNACCEPTABLE_ABSENCE"] * 2 + ["DID_NOT_COMPLY", "SENT_HOME_SERVICE"]
PLACES = [Appointment.Kind.OFFICE] * 5 + [Appointment.Kind.PHONE] * 2 + [Appointment.Kind.HOME]


def generate(ground: Ground) -> dict[str, int]:
    with fast("engagement_contact"):
        contacts = _contacts(ground)
    with fast("engagement_appointment"):
        meetings = _meetings(ground) + _to_come(ground)
    return {"contacts": contacts, "meetings": meetings}


def _note(ground: Ground, what: str) -> str:
    return f"{ground.pick(what, 'met', MET)} || ' ' || {ground.pick(what, 'next', NEXT)}"


def _contacts(ground: Ground) -> int:
    """Oldest first, as they come in life: the rows of one person lie far apart in the table."""
    gap = DAYS / max(ground.contacts, 1)
    return insert(
        ground,
        Contact,
        {
            "participant_id": "a.participant_id",
            "at": "a.at",
            "kind": ground.pick("a.dice", "kind", KINDS),
            "by_id": "a.practitioner_id",
            "note": _note(ground, "a.dice"),
            "meaningful": f"{ground.roll('a.dice', 'meaningful', 5)} > 0",
            "logged_at": "a.at + interval '20 minutes'",
        },
        f"""from generate_series({ground.contacts} - 1, 0, -1) n cross join lateral (
                select participant_id, practitioner_id, dice, {ground.moment}
                       - make_interval(days => (n * {gap} + dice % 13)::int, mins => (dice / 16 % 480)::int) as at
                from (select *, {ground.roll(f"participant_id * {ground.contacts} + n", "contact", 2**31)} as dice
                      from people_assignment where {ground.new("people_assignment")}) people offset 0
            ) a""",
    )


def _meetings(ground: Ground) -> int:
    dice = f"a.participant_id * {MEETINGS} + n"
    at = f"({ground.day} - (4 + n * 26 + {ground.roll(dice, 'day', 20)})) + {_hour(ground, dice)}"
    outcome = ground.pick(dice, "outcome", OUTCOMES)
    return insert(
        ground,
        Appointment,
        {
            **_common(ground, dice),
            "starts_at": at,
            "ends_at": f"{at} + interval '30 minutes'",
            "arranged_at": f"{at} - interval '10 days'",
            "outcome": outcome,
            "enforcement": f"case {outcome} when 'UNACCEPTABLE_ABSENCE' then 'LETTER' else '' end",
            "note": _note(ground, dice),
            "recorded_by_id": "a.practitioner_id",
            "recorded_at": f"{at} + interval '1 hour'",
        },
        f"""from generate_series({MEETINGS} - 1, 0, -1) n cross join people_assignment a
            where {ground.new("people_assignment", "a.id")}""",
    )


def _hour(ground: Ground, dice: str) -> str:
    return f"time '09:00' + make_interval(mins => 30 * {ground.roll(dice, 'hour', 16)})"


def _to_come(ground: Ground) -> int:
    at = f"({ground.day} + (1 + {ground.roll('a.id', 'to come', 21)})) + {_hour(ground, 'a.id')}"
    return insert(
        ground,
        Appointment,
        {
            **_common(ground, "a.id"),
            "starts_at": at,
            "ends_at": f"{at} + interval '30 minutes'",
            "arranged_at": f"{ground.moment} - interval '3 days'",
        },
        f"""from people_assignment a
            where {ground.new("people_assignment", "a.id")} and {ground.roll("a.id", "has one to come", 5)} > 0""",
    )


def _common(ground: Ground, dice: str) -> dict[str, str]:
    return {
        "participant_id": "a.participant_id",
        "with_user_id": "a.practitioner_id",
        "arranged_by_id": "a.practitioner_id",
        "kind": ground.pick(dice, "meeting", PLACES),
    }
