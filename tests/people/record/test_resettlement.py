"""The prison's worker beside the lead, the release that hands over, and the licence that goes with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from people.models import (
    CustodyHandover,
    IssuedCondition,
    LicenceCondition,
    LicencePolicy,
    Participant,
    Sentence,
    Supervision,
    Team,
    User,
)  # fmt: skip
from people.record import custody as acts_of_custody
from people.record import licence_policies, licences, resettlement, sentencing
from tests.conftest import NOW, TODAY, service_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DAY = timedelta(days=1)


def text(answer) -> str:
    return answer.content.decode()


def sees(user: User, person: Participant) -> bool:
    user.__dict__.pop("current_memberships", None)
    return Participant.objects.visible_to(user).filter(pk=person.pk).exists()


@pytest.fixture
def wing(prison):
    return Team.objects.create(name="Preston prison team", kind="PRISON", prison=prison)


@pytest.fixture
def supervisor(make_user, wing):
    return make_user("Sue Supervisor", "PRACTITIONER", wing)


@pytest.fixture
def colleague(make_user, wing):
    return make_user("Col League", "PRACTITIONER", wing)


@pytest.fixture
def inside(participant, prison, supervisor):
    """In custody, with a worker there and one outside."""
    participant.prison, participant.whereabouts = prison, "PRISON"
    participant.save()
    resettlement.assign_supervisor(
        participant=participant, supervisor=supervisor, today=TODAY - 9 * DAY, now=NOW - 9 * DAY, by=service_account()
    )
    return participant


def make_handover(person, officer, **said) -> CustodyHandover:
    usual = {"released_on": TODAY, "note": "Settled.", "prison_ends_on": TODAY + 14 * DAY, "to": officer}
    return resettlement.record_release_with_handover(
        participant=person, by=officer, today=TODAY, now=NOW, **{**usual, **said}
    )


def test_the_prison_worker_and_their_team_see_the_file_and_so_does_the_lead(inside, officer, supervisor, colleague):
    assert sees(supervisor, inside)
    assert sees(colleague, inside)
    assert sees(officer, inside)


def test_both_are_shown_to_staff_and_to_the_person(inside, officer, supervisor, client_as):
    staff = text(client_as(officer).get(reverse("people:person-details", args=[inside.ref])))
    own = text(client_as(inside.user).get("/me/circle/"))

    for page in (staff, own):
        assert "Sue Supervisor" in page
        assert "Olive Officer" in page


def test_someone_inside_is_among_the_people_the_prison_worker_works_with(inside, supervisor, colleague):
    assert list(Participant.objects.led_by(supervisor, TODAY)) == [inside]
    assert not Participant.objects.led_by(colleague, TODAY).exists()
    assert not Participant.objects.led_by(supervisor, TODAY - 10 * DAY).exists()


def test_only_a_worker_of_a_prison_can_be_the_prison_supervisor(inside, officer):
    with pytest.raises(resettlement.NotAPrisonWorker, match="Olive Officer"):
        resettlement.assign_supervisor(participant=inside, supervisor=officer, today=TODAY, now=NOW, by=officer)


def test_nobody_works_in_prison_with_someone_in_the_community(participant, officer, supervisor):
    with pytest.raises(resettlement.NotAPrisonWorker, match="is in the community"):
        resettlement.assign_supervisor(participant=participant, supervisor=supervisor, today=TODAY, now=NOW, by=officer)


def test_there_is_one_prison_supervisor_at_a_time(inside, supervisor, make_user, prison):
    elsewhere = Team.objects.create(name="Hull prison team", kind="PRISON", prison=prison)
    new = make_user("Nell New", "PRACTITIONER", elsewhere)

    resettlement.assign_supervisor(participant=inside, supervisor=new, today=TODAY, now=NOW, by=service_account())

    assert [row.supervisor for row in Supervision.objects.current(TODAY)] == [new]
    assert sees(new, inside)
    assert not sees(supervisor, inside)


def test_ending_the_prison_side_closes_the_file_to_it_alone_at_once(inside, officer, supervisor, colleague):
    resettlement.end_supervision(participant=inside, today=TODAY, now=NOW, by=officer)

    assert not sees(supervisor, inside)
    assert not sees(colleague, inside)
    assert sees(officer, inside)


def test_the_prison_worker_is_refused_on_the_next_request(inside, officer, supervisor, client_as):
    page = reverse("people:person-details", args=[inside.ref])
    client = client_as(supervisor)
    before = client.get(page).status_code
    client_as(officer).post(reverse("people:supervisor-end", args=[inside.ref]))

    assert (before, client.get(page).status_code) == (200, 404)


def test_a_release_hands_over_and_the_prison_side_ends_on_the_day_chosen(inside, officer, supervisor):
    handover = make_handover(inside, officer)

    inside.refresh_from_db()
    assert not inside.in_custody
    assert (handover.supervision.supervisor, handover.to, handover.note) == (supervisor, officer, "Settled.")
    assert sees(supervisor, inside)
    with time_machine.travel(NOW + 14 * DAY, tick=False):
        assert sees(supervisor, inside)
    with time_machine.travel(NOW + 15 * DAY, tick=False):
        assert not sees(supervisor, inside)
        assert sees(officer, inside)
    counts = [Supervision.objects.current(TODAY + days * DAY).exists() for days in (14, 15)]
    assert counts == [True, False]


def test_the_prison_side_that_ends_on_the_day_it_began_stays_with_its_hand_over(inside, officer, supervisor):
    inside.supervisions.update(starts_on=TODAY)
    make_handover(inside, officer)
    resettlement.end_supervision(participant=inside, today=TODAY, now=NOW, by=officer)

    assert inside.supervisions.get().ends_on == TODAY
    assert not sees(supervisor, inside)


def test_a_recall_before_that_day_ends_the_old_prison_side_at_once(inside, officer, supervisor, make_user, prison):
    make_handover(inside, officer)
    new = make_user("Nell New", "PRACTITIONER", Team.objects.create(name="Hull team", kind="PRISON", prison=prison))

    when = {"today": TODAY + DAY, "now": NOW + DAY}
    acts_of_custody.record(
        participant=inside, kind="RECALLED", happened_on=TODAY + DAY, prison=prison, by=officer, **when
    )
    resettlement.assign_supervisor(participant=inside, supervisor=new, today=TODAY + DAY, now=NOW + DAY, by=officer)

    with time_machine.travel(NOW + 2 * DAY, tick=False):
        assert sees(new, inside)
        assert not sees(supervisor, inside)


@pytest.mark.parametrize("ends", [-1, 91])
def test_the_prison_side_ends_neither_before_the_release_nor_much_later(ends, inside, officer):
    with pytest.raises(resettlement.NotAHandover):
        make_handover(inside, officer, prison_ends_on=TODAY + ends * DAY)

    inside.refresh_from_db()
    assert inside.in_custody


def test_a_release_with_nobody_outside_is_not_handed_over(inside, officer):
    inside.assignments.all().delete()

    with pytest.raises(resettlement.NobodyToTakeOver):
        make_handover(inside, officer)


def test_the_release_page_asks_for_the_hand_over(inside, officer, client_as):
    page = reverse("people:release-record", args=[inside.ref])
    client = client_as(officer)
    shown = text(client.get(page))
    dates = {"released_on": TODAY, "prison_ends_on": TODAY + DAY}
    days = {f"{name}-{part}": getattr(on, part) for name, on in dates.items() for part in ("day", "month", "year")}

    wordless = client.post(page, days)
    client.post(page, {**days, "note": "Knows where to go.", "to": officer.pk})

    assert "Sue Supervisor" in shown
    assert "Enter what the community practitioner needs to know" in text(wordless)
    assert CustodyHandover.objects.get().note == "Knows where to go."
    assert "Knows where to go." in text(client.get(reverse("people:person-workers", args=[inside.ref])))


# --- The licence -------------------------------------------------------------------------------------
@pytest.fixture
def policies(db):
    licence_policies.load(LicencePolicy.objects, LicenceCondition.objects)


@pytest.fixture
def custody(participant, policies) -> Sentence:
    return participant.sentences.get()


@pytest.fixture
def licence(custody, officer) -> dict[str, IssuedCondition]:
    policy = licences.policy_for(custody)
    chosen = {row: "" for row in policy.conditions.filter(kind="STANDARD")}
    chosen |= {policy.conditions.get(code="cash-limit"): "£500", policy.conditions.get(code="polygraph"): ""}
    return {row.condition.code: row for row in licences.issue(sentence=custody, chosen=chosen, by=officer)}


def test_there_are_two_policies_with_their_standard_conditions_and_money_is_marked(policies):
    found = {policy.code: policy.conditions.filter(kind="STANDARD").count() for policy in LicencePolicy.objects.all()}

    assert found == {"V3": 9, "V4": 8}
    money = LicencePolicy.objects.get(code="V4").conditions.filter(touches_money=True)
    assert set(money.values_list("code", flat=True)) == {
        "payslips", "bank-details", "cash-limit", "asset-limit", "no-transfers", "no-gambling",
    }  # fmt: skip


def test_loading_the_policies_again_adds_nothing(policies):
    before = LicenceCondition.objects.count()

    licence_policies.load(LicencePolicy.objects, LicenceCondition.objects)

    assert LicenceCondition.objects.count() == before


def test_the_policy_is_the_newest_in_force_on_the_day_of_release(custody):
    newest = LicencePolicy.objects.get(code="V4")
    on_the_day, before = (
        Sentence(kind="CUSTODY", starts_on=TODAY - 900 * DAY, release_on=day)
        for day in (newest.in_force_from, newest.in_force_from - DAY)
    )

    assert licences.policy_for(on_the_day) == newest
    assert licences.policy_for(before).code == "V3"


def test_a_licence_keeps_its_policy_when_a_newer_one_comes(custody, licence, officer):
    new = LicencePolicy.objects.create(code="V5", name="Version 5", in_force_from=custody.release_on)
    other = LicenceCondition.objects.create(
        policy=new, code="x", kind="ADDITIONAL", category="c", text="t", plain="p", position=1
    )

    assert licences.policy_of(custody).code == "V4"
    with pytest.raises(licences.NotALicence, match="version 4"):
        licences.add_condition(
            sentence=custody, condition=other, details="", starts_on=TODAY, why="It is newer.", by=officer
        )


def test_a_licence_is_issued_on_the_page_with_the_standard_ticked(custody, participant, officer, client_as):
    client, page = client_as(officer), reverse("people:licence-issue", args=[participant.ref, custody.pk])
    policy = licences.policy_for(custody)
    form = client.get(page).context["form"]
    cash = policy.conditions.get(code="cash-limit")
    group = next(name for name, field in form.fields.items() if str(cash.pk) in dict(getattr(field, "choices", ())))
    ticked = {"standard": form.initial["standard"], group: [str(cash.pk)]}

    empty = client.post(page, ticked)
    saved = client.post(page, {**ticked, f"d{cash.pk}": "£500"})

    assert len(form.initial["standard"]) == 8
    assert "Fill in for" in text(empty)
    assert saved.status_code == 302
    assert IssuedCondition.objects.count() == 9
    assert IssuedCondition.objects.get(condition=cash).details == "£500"


def test_a_licence_is_issued_once(custody, licence, officer):
    with pytest.raises(licences.NotALicence, match="Vary it"):
        licences.issue(sentence=custody, chosen={}, by=officer)


def test_only_a_release_from_custody_has_a_licence(participant, policies, officer):
    order = sentencing.add_sentence(
        participant=participant, kind="COMMUNITY", starts_on=TODAY, ends_on=TODAY + DAY, by=officer
    )

    with pytest.raises(licences.NotALicence, match="release from custody"):
        licences.issue(sentence=order, chosen={}, by=officer)


def test_a_condition_ends_with_a_reason_and_stays_on_the_record(licence, participant, officer, client_as):
    page = reverse("people:condition-end", args=[participant.ref, licence["polygraph"].pk])
    day = {"ends_on-day": TODAY.day, "ends_on-month": TODAY.month, "ends_on-year": TODAY.year}
    client = client_as(officer)

    wordless = client.post(page, day)
    client.post(page, {**day, "why": "Passed every test."})

    assert "Enter why it ends" in text(wordless)
    counts = [IssuedCondition.objects.not_ended(TODAY + n * DAY).filter(condition__code="polygraph") for n in (0, 1)]
    assert [rows.exists() for rows in counts] == [True, False]
    assert "Passed every test." in text(client.get(reverse("people:person-sentence", args=[participant.ref])))
    with time_machine.travel(NOW + DAY, tick=False):
        assert client_as(officer).get(page).status_code == 404


def test_a_condition_is_added_with_a_reason(custody, licence, participant, officer, client_as):
    condition = licences.policy_of(custody).conditions.get(code="no-gambling")
    page = reverse("people:condition-add", args=[participant.ref, custody.pk])
    form = {"condition": condition.pk, "why": "Asked for help with it.", "starts_on-day": TODAY.day,
            "starts_on-month": TODAY.month, "starts_on-year": TODAY.year}  # fmt: skip

    client_as(officer).post(page, form)
    again = client_as(officer).post(page, form)

    assert licences.money_conditions(participant, TODAY).filter(condition=condition).count() == 1
    assert "Choose one of the answers listed" in text(again)


def test_a_condition_that_asks_for_something_has_it_filled_in(custody, licence, officer):
    curfew = licences.policy_of(custody).conditions.get(code="curfew")

    with pytest.raises(licences.NotALicence, match="the hours"):
        licences.add_condition(sentence=custody, condition=curfew, details="", starts_on=TODAY, why="x", by=officer)


def test_conditions_that_touch_money_are_marked_for_staff_and_told_plainly_to_the_person(
    licence, participant, officer, client_as
):
    staff = text(client_as(officer).get(reverse("people:person-sentence", args=[participant.ref])))
    own = text(client_as(participant.user).get("/me/court/"))

    assert [row.condition.code for row in licences.money_conditions(participant, TODAY)] == ["cash-limit"]
    assert staff.count("Touches money") == 1
    assert "Do not hold more cash than this" in own
    assert "£500" in own
    assert "This is about money" in own
