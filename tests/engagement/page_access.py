"""Who may open each page of this floor: one row a page, one column a role."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.conftest import NOW, TODAY

PRACTITIONER, OTHER_PRACTITIONER, MANAGER = "PRACTITIONER", "OTHER_PRACTITIONER", "MANAGER"
PARTICIPANT, OTHER_PARTICIPANT, VOLUNTEER = "PARTICIPANT", "OTHER_PARTICIPANT", "VOLUNTEER"
COMMISSIONER, ADMINISTRATOR = "COMMISSIONER", "ADMINISTRATOR"
NOBODY = {
    PRACTITIONER: 403,
    OTHER_PRACTITIONER: 403,
    MANAGER: 403,
    PARTICIPANT: 403,
    OTHER_PARTICIPANT: 403,
    VOLUNTEER: 403,
    COMMISSIONER: 403,
    ADMINISTRATOR: 403,
    None: 302,
}
STAFF = NOBODY | {PRACTITIONER: 200, OTHER_PRACTITIONER: 200, MANAGER: 200}
THEIR_STAFF = STAFF | {OTHER_PRACTITIONER: 404}
CIRCLE = NOBODY | {VOLUNTEER: 200, "SCHEME": 403}
PORTAL = NOBODY | {PARTICIPANT: 200, OTHER_PARTICIPANT: 200}
OWN = PORTAL | {OTHER_PARTICIPANT: 404}

ROWS: dict[str, dict[str | None, int]] = {
    "engagement:diary": STAFF,
    "engagement:appointment-outcome": STAFF | {PRACTITIONER: 302, MANAGER: 302, OTHER_PRACTITIONER: 404},
    "engagement:appointment-move": THEIR_STAFF,
    "engagement:appointment-off": THEIR_STAFF,
    "engagement:appointment-told": STAFF | {PRACTITIONER: 405, OTHER_PRACTITIONER: 405, MANAGER: 405},
    "engagement:meetings": THEIR_STAFF,
    "engagement:appointment-new": THEIR_STAFF,
    "engagement:contact-new": THEIR_STAFF,
    "engagement:call-log": THEIR_STAFF,
    "engagement:message-new": THEIR_STAFF,
    "engagement:appointment-enforced": STAFF | {PRACTITIONER: 405, OTHER_PRACTITIONER: 405, MANAGER: 405},
    "engagement:alert-again": THEIR_STAFF,
    "engagement:contact-correct": THEIR_STAFF | {MANAGER: 403},
    "engagement:contact-strike": THEIR_STAFF,
    "engagement:absence-new": THEIR_STAFF,
    "engagement:contact-plan": THEIR_STAFF,
    "engagement:note-search": STAFF,
    "engagement:alert-list": STAFF,
    "engagement:alert-detail": THEIR_STAFF,
    "engagement:circle-list": CIRCLE,
    "engagement:circle-person": CIRCLE | {"PROVIDER": 404},
    "engagement:meeting-log": CIRCLE | {"PROVIDER": 404},
    "engagement:my-meetings": PORTAL,
    "engagement:my-cannot-come": OWN,
}


def kwargs(world: Any) -> dict[str, dict[str, Any]]:
    """The addresses of one person's meeting and alert. `world` has `participant`, `officer` and `volunteer`."""
    from django.utils import timezone

    from engagement import services
    from engagement.models import Alert

    person, later = world.participant, max(NOW, timezone.now()) + timedelta(days=3)
    meeting = services.arrange(
        participant=person,
        with_user=world.officer,
        kind="OFFICE",
        place="Room 2",
        starts_at=later,
        ends_at=later + timedelta(hours=1),
        by=world.officer,
        now=later - timedelta(days=3),
    )
    alert = Alert.objects.create(
        participant=person,
        owner=world.officer,
        raised_at=NOW,
        due_on=TODAY,
        next_step="Call.",
        kinds=["DRIFT"],
        facts=["DRIFT:never"],
        reasons=["No contact yet."],
    )
    contact = services.log_contact(participant=person, kind="CALL", by=world.officer, at=NOW, now=NOW, note="Rang")
    of_person = {"ref": person.ref}
    return {
        **{name: of_person for name in ROWS if name.partition(":")[2] in PERSON_PAGES},
        "engagement:appointment-outcome": {"pk": meeting.pk},
        **{f"engagement:appointment-{act}": {"pk": meeting.pk} for act in ("move", "off", "told")},
        "engagement:my-cannot-come": {"pk": meeting.pk},
        "engagement:appointment-enforced": {"pk": meeting.pk},
        "engagement:alert-detail": {"pk": alert.pk},
        "engagement:alert-again": {"pk": alert.pk},
        "engagement:contact-correct": {"pk": contact.pk},
        "engagement:contact-strike": {"pk": contact.pk},
    }


PERSON_PAGES = {
    "meetings",
    "appointment-new",
    "contact-new",
    "call-log",
    "message-new",
    "absence-new",
    "contact-plan",
    "circle-person",
    "meeting-log",
}
