"""What each kind of viewer is shown of one person, field by field: what their level and the person's consent allow.

Every text field of every table about the person holds a mark of its own; every page, file and list is opened by each
viewer, and the marks that come back are the fields that they were shown.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from people.models import CircleMember, Group, Participant, Relationship, User
from providers.models import Referral, Shared
from tests.attacks.canaries import Marks, as_owner, empty_tables, fill
from tests.attacks.full import FULL, sample
from tests.attacks.worlds import addresses_of
from tests.test_access import TABLE, circle_of_one, world  # noqa: F401  fixtures

# In words, and the fields that say them.
NAME = {"people.Participant.given_name", "people.Participant.family_name"}
FIRST_NAME_AND_WHAT_THE_REFERRAL_SAYS = {"people.Participant.given_name", "providers.Referral.told"}
PHONE_AND_EMAIL = {"people.Participant.email", "phone"}
GOALS_AND_STEPS = {"lifeplans.Goal.title", "lifeplans.Step.text"}
STRENGTHS = {"lifeplans.Strength.text"}
NOTHING: set[str] = set()
CIRCLE = {  # someone in the circle sees the name; the person agrees to each of these by itself
    None: NOTHING,
    Group.CONTACT: PHONE_AND_EMAIL,
    Group.MEETINGS: NOTHING,  # when, which is no words
    Group.GOALS: GOALS_AND_STEPS,
    Group.STRENGTHS: STRENGTHS,
    Group.SENTENCE: NOTHING,  # the requirement and how far it is, in the court's own words
}
REFERRED = {  # a provider's link shows the first name; the practitioner ticks each of these
    None: NOTHING,
    Shared.AGE: NOTHING,
    Shared.AREA: NOTHING,
    Shared.PHONE: {"phone"},
    Shared.EMAIL: {"people.Participant.email"},
}
LINK, OF_INVENTED_PEOPLE = "providers:referral-link", {"common:gallery"}
FILES = ("application/pdf", "application/zip", "image/")
ASKED = "?q=zq&words=zq&whose=all&state=ALL&show=all"
PHONE = "+447700900987"
PHONES = {PHONE, "07700 900987", "7700900987"}
IN_A_SHAPE_OF_THEIR_OWN = {  # numbers that have a form, and reasons that stand only beside what they are the reason of
    *("people.ExportRequest.answer", "people.ExportRequest.query"),
    *(f"people.Participant.{name}" for name in ("crn", "cro", "pnc", "prison_number", "outcode")),
    *("people.HistoricalParticipant.outcode", "people.IssuedCondition.why_ended", "people.LegalHold.lift_reason"),
    *("people.Enrolment.end_reason", "people.Enrolment.override_reason", "engagement.Alert.note"),
    *("people.HandoverRequest.answer", "people.CustodyEvent.hospital", "people.CustodyEvent.struck_why"),
    *("engagement.Appointment.cannot_come_why", "engagement.Appointment.moved_why"),
    *("engagement.Appointment.called_off_why", "engagement.Contact.struck_why"),
    *("lifeplans.Goal.drop_reason", "lifeplans.Goal.how_it_helped"),
    # Of a funder's money alone; of a decision; of a payee and no person.
    *("budgets.Correction.reference", "budgets.WayAgreement.reason", "budgets.Interest.payee"),
    *("budgets.PayeeAccount.ends_with", "budgets.HistoricalPayeeAccount.ends_with", "budgets.PayOrder.reason"),
    *("budgets.Commitment.review", "budgets.Commitment.on_hold_why", "budgets.Commitment.delivered_note"),
    # There only once it was answered, by whom.
    *(
        "budgets.Question.answer",
        "budgets.PanelQuestion.answer",
        "budgets.Invoice.refused_why",
        "budgets.SpotCheck.found",
        "budgets.SpotCheck.settled",
    ),
    "people.EligibilityReview.reason",
}
# Written as pages are shown, by an import, and once the person is gone.
UNMARKED = {"people.AccessEvent", "people.ImportedPerson", "people.Erasure"}


@pytest.fixture
def marked(world, monkeypatch, settings):  # noqa: F811
    """The person, with a row in every table and a mark in every field; and the address of every page."""
    settings.DEMO = False
    world.addresses = addresses_of(world, monkeypatch)
    with as_owner():
        fill(world.participant, world.officer)
    Participant.objects.filter(pk=world.participant.pk).update(phone=PHONE)
    world.marks = Marks()
    world.marks.put(world.participant)
    return world


def shown(client, marked, names=tuple(TABLE)) -> set[str]:
    """The fields of which anything came back, from any page or from a search in it; files by their page's name."""
    found: set[str] = set()
    for name in [name for name in names if name not in OF_INVENTED_PEOPLE]:
        address = reverse(name, kwargs=marked.addresses.get(name))
        answer = client.get(address)
        answers = [answer, client.get(address + ASKED)] if answer.status_code == 200 else [answer]
        found |= {name for answer in answers if answer.status_code == 200 and answer["Content-Type"].startswith(FILES)}
        said = "".join(b"".join(answer).decode(errors="replace") for answer in answers)
        found |= marked.marks.shown_in(said) | ({"phone"} if any(phone in said for phone in PHONES) else set())
        found |= {f"{name} shows the number"} if marked.participant.crn in said else set()
    return found


def test_no_table_about_a_person_is_without_a_mark(marked):
    assert empty_tables(marked.participant) <= UNMARKED
    assert len(marked.marks.fields) > 180
    assert marked.marks.refused == IN_A_SHAPE_OF_THEIR_OWN


@pytest.mark.parametrize("who", sample(Relationship.values, 1))
def test_someone_in_the_circle_sees_the_name_and_what_the_person_agreed_to(who, marked, client_as):
    """A volunteer, a mentor, family, a Shared Lives carer, a worker: what they are gives them nothing more."""
    place, client = CircleMember.objects.get(user=marked.volunteer), client_as(marked.volunteer)
    pages = [name for name in TABLE if name != LINK]
    names = pages if FULL else [name for name in pages if TABLE[name]["VOLUNTEER"] == 200]
    found = {}
    for group in CIRCLE:
        agreed = {"relationship": who, "may_see": [group] if group else [], "agreed_on": "2026-01-01"}
        CircleMember.objects.filter(pk=place.pk).update(**agreed)
        found[group] = shown(client, marked, names)

    assert found == {group: NAME | fields for group, fields in CIRCLE.items()}


def test_someone_whose_time_in_the_circle_is_over_sees_nothing(marked, client_as):
    from people import services
    from tests.conftest import NOW, TODAY, service_account

    place = CircleMember.objects.get(user=marked.volunteer)
    services.leave_circle(member=place, today=TODAY, now=NOW, by=service_account())

    assert shown(client_as(marked.volunteer), marked, [name for name in TABLE if name != LINK]) == NOTHING


def test_a_provider_sees_the_first_name_and_what_was_ticked(marked, client_as):
    found = {}
    for one in REFERRED:
        Referral.objects.update(shares=[one] if one else [])
        found[one] = shown(client_as(None), marked, [LINK])

    assert found == {one: FIRST_NAME_AND_WHAT_THE_REFERRAL_SAYS | fields for one, fields in REFERRED.items()}


def test_who_has_no_sight_of_a_person_is_shown_nothing_of_them(marked, client_as):
    """Another team's practitioner, a commissioner, an administrator, another participant, and who is not signed in."""
    viewers = {
        "another team": marked.other_officer, "commissioner": marked.commissioner, "nobody": None,
        "administrator": marked.administrator, "another participant": marked.other_participant.user,
    }  # fmt: skip
    pages = [name for name in TABLE if name != LINK]

    found = {
        who: shown(client_as(user), marked, sample(pages, 50, at=n * 3))
        for n, (who, user) in enumerate(viewers.items())
    }

    found["administrator"] -= {"people.ExportRequest.why"}  # they agree that a file is taken out, and read what for
    assert found == dict.fromkeys(viewers, NOTHING)


def test_the_person_and_who_works_with_them_are_shown_much(marked, client_as):
    """Or the tests above would pass for a service that shows nothing."""
    pages = ["person-overview", "people:person-details", "lifeplans:plan", "engagement:meetings"]

    assert len(shown(client_as(marked.officer), marked, pages)) > 20
    assert {"lifeplans.Goal.title", "lifeplans.Strength.text"} <= shown(
        client_as(User.objects.get(pk=marked.participant.user_id)),
        marked,
        ["lifeplans:my-plan", "lifeplans:my-strengths"],
    )
