"""Handing one case over: who may, who asks, who answers, and who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from people import services
from people.access import restrictions
from people.models import AccessGrant, Assignment, HandoverRequest, Message, Participant, Team
from people.record import handovers, resettlement
from tests.attacks.canaries import as_owner
from tests.conftest import NOW, TODAY, service_account
from tests.people.access.test_second_wall import ask
from tests.states import cells, outcome_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DAY = timedelta(days=1)
WHEN = {"today": TODAY, "now": NOW}


@pytest.fixture
def colleague(make_user, team):
    return make_user("Cora Colleague", "PRACTITIONER", team)


@pytest.fixture
def supervisor(make_user, participant, prison):
    wing = Team.objects.create(name="Preston prison team", kind="PRISON", prison=prison)
    Participant.objects.filter(pk=participant.pk).update(prison=prison, whereabouts="PRISON")
    user = make_user("Sue Supervisor", "PRACTITIONER", wing)
    resettlement.assign_supervisor(participant=participant, supervisor=user, by=service_account(), **WHEN)
    return user


@pytest.fixture
def asked(participant, colleague, manager):
    """Cora asks for the case. There is a manager to answer, beside the lead."""
    return handovers.ask(participant=participant, practitioner=colleague, note="I know her.", by=colleague, **WHEN)


def lead(person) -> str:
    return handovers.lead_of(person, TODAY).name


def page_of(person) -> str:
    return reverse("people:lead-change", args=[person.ref])


def url(request, name="handover-request") -> str:
    return reverse(f"people:{name}", args=[request.pk])


def told() -> dict[str, str]:
    return dict(Message.objects.filter(subject__startswith="People handed").values_list("address", "body"))


# --- Who may --------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["officer", "manager"])
def test_the_lead_and_their_manager_hand_over_at_once_and_all_three_are_told(
    who, participant, officer, other_officer, request, client_as
):
    client = client_as(request.getfixturevalue(who))

    answer = client.post(page_of(participant), {"practitioner": other_officer.pk}, follow=True)

    assert "handed over to Stan Stranger" in answer.text
    assert lead(participant) == "Stan Stranger"
    by = request.getfixturevalue(who).name
    assert told() == {
        other_officer.email: "1 person is now on your list, from Olive Officer. Sign in to see who.",
        officer.email: f"1 person is no longer on your list: {by} handed them over to Stan Stranger.",
    }
    text = Message.objects.get(participant=participant)
    assert text.body.startswith("Your practitioner is now Stan Stranger.")
    assert participant.crn not in "".join(told().values())


@pytest.mark.parametrize("who", ["colleague", "supervisor", "chief"])
def test_anyone_else_who_sees_the_file_only_asks(
    who, participant, officer, colleague, supervisor, make_user, prison, request, client_as
):
    """A colleague of the lead, the prison supervisor, and the prison team's manager, who is not the lead's."""
    chief = make_user("Chief Custody", "MANAGER", supervisor.current_memberships[0].team)
    user = {"colleague": colleague, "supervisor": supervisor, "chief": chief}[who]
    client = client_as(user)

    page = client.get(page_of(participant)).text
    wordless = client.post(page_of(participant), {"practitioner": user.pk}).text
    client.post(page_of(participant), {"practitioner": user.pk, "note": "I know her."})

    assert "Only whoever leads the case, or their manager, hands it over." in page
    assert "Enter why" in wordless
    assert lead(participant) == officer.name
    row = HandoverRequest.objects.get()
    assert (row.asked_by, row.to, row.note, row.state) == (user, user, "I know her.", "WAITING")
    with pytest.raises(handovers.NotYoursToTransfer, match="You can ask them"):
        handovers.transfer(participant=participant, practitioner=user, by=user, **WHEN)


def test_a_manager_of_another_team_that_sees_nobody_here_may_not(participant, make_user, other_team):
    other = make_user("Mo Faraway", "MANAGER", other_team)

    assert not handovers.may_transfer(user=other, participant=participant, today=TODAY)


def test_acting_in_another_role_one_is_no_manager(participant, make_user, team):
    both = make_user("Bo Both", "MANAGER", team)
    services.join(user=both, role="COMMISSIONER", by=service_account(), today=TODAY - DAY)
    manages, reports = (both.memberships.get(role=role).pk for role in ("MANAGER", "COMMISSIONER"))

    found = {}
    for role in (manages, reports):
        both.__dict__.pop("current_memberships", None)
        both.acts_as = role
        found[role] = handovers.may_transfer(user=both, participant=participant, today=TODAY)

    assert found == {manages: True, reports: False}


def test_a_lead_who_is_kept_out_of_the_record_does_not_hand_it_over(participant, officer, manager):
    from people.access import restrictions

    restrictions.exclude(participant=participant, user=officer, reason="Cousins", message="Ring.", by=manager, now=NOW)

    assert not handovers.may_transfer(user=officer, participant=participant, today=TODAY)


# --- Asking ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["officer", "manager"])
def test_a_request_is_on_the_home_list_of_who_answers_and_their_yes_moves_the_case(
    who, asked, participant, officer, colleague, manager, request, client_as
):
    user = request.getfixturevalue(who)
    client = client_as(user)
    assert "Cora Colleague asks that Cora Colleague leads the case: I know her." in client.get("/").text
    mail = Message.objects.get(dedupe_key=f"handover:{asked.pk}:{user.pk}")
    assert participant.crn in mail.body
    assert participant.family_name not in mail.body

    answer = client.post(url(asked), {"answer": "YES"}, follow=True)

    assert "Cora Colleague leads the case now." in answer.text
    assert lead(participant) == "Cora Colleague"
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == ("AGREED", user)
    assert set(told()) == {colleague.email, officer.email}
    assert "asks that Cora" not in client_as(manager).get("/").text


def test_a_no_says_why_on_the_home_list_of_who_asked_until_they_note_it(
    asked, participant, officer, colleague, client_as
):
    silent = client_as(officer).post(url(asked), {"answer": "NO"}).text
    client_as(officer).post(url(asked), {"answer": "NO", "reason": "She knows me."})

    assert "Say why not" in silent
    home = client_as(colleague).get("/").text
    assert "Olive Officer said no to Cora Colleague leading the case: She knows me." in home
    assert client_as(colleague).get(url(asked)).status_code == 200
    client_as(colleague).post(url(asked, "handover-noted"))
    assert "said no to" not in client_as(colleague).get("/").text
    assert lead(participant) == officer.name


def test_who_asked_takes_it_back(asked, participant, officer, colleague, client_as):
    shown = client_as(colleague).get(url(asked)).text
    client_as(colleague).post(url(asked, "handover-withdraw"))

    assert "It waits for whoever leads the case, or their manager." in shown
    assert "Take it back" in shown
    assert "asks that Cora" not in client_as(officer).get("/").text
    asked.refresh_from_db()
    assert asked.state == "WITHDRAWN"


def test_nobody_answers_who_may_not(asked, participant, officer, colleague, supervisor, other_officer, client_as):
    for user in (colleague, supervisor, other_officer):
        client_as(user).post(url(asked), {"answer": "YES"})
        with pytest.raises(handovers.NotYoursToTransfer):
            handovers.agree(request=asked, by=user, **WHEN)
    for user in (officer, supervisor):
        with pytest.raises(handovers.NotYoursToTransfer):
            handovers.withdraw(request=asked, by=user, now=NOW)

    assert client_as(other_officer).get(url(asked)).status_code == 404
    assert lead(participant) == officer.name
    asked.refresh_from_db()
    assert asked.state == "WAITING"


def test_one_request_waits_at_a_time(asked, participant, supervisor, client_as):
    answer = client_as(supervisor).post(page_of(participant), {"practitioner": supervisor.pk, "note": "Me."})

    assert "Someone has asked for a hand-over of this case already." in answer.text
    assert HandoverRequest.objects.count() == 1


def test_who_may_transfer_does_not_ask_and_who_leads_is_not_asked_for(participant, officer, colleague):
    with pytest.raises(handovers.MayTransfer):
        handovers.ask(participant=participant, practitioner=colleague, note="x", by=officer, **WHEN)
    with pytest.raises(handovers.LeadsAlready):
        handovers.ask(participant=participant, practitioner=officer, note="x", by=colleague, **WHEN)


def test_only_a_practitioner_is_asked_for(participant, colleague, volunteer):
    with pytest.raises(services.NotAPractitioner):
        handovers.ask(participant=participant, practitioner=volunteer, note="x", by=colleague, **WHEN)


# --- On release -----------------------------------------------------------------------------------
@pytest.fixture
def released(participant, supervisor, other_officer):
    """The prison's side records the release, and names someone of another team to take over."""
    ask("select set_config('app.now', %s, true)", NOW.isoformat())  # the database's own clock says another day
    return resettlement.record_release_with_handover(
        participant=participant, released_on=TODAY, note="Settled at his aunt's.", prison_ends_on=TODAY + 14 * DAY,
        to=other_officer, by=supervisor, **WHEN,
    )  # fmt: skip


def test_the_receiver_reads_the_note_and_leads_from_when_they_accept(
    released, participant, officer, other_officer, client_as
):
    client, asked = client_as(other_officer), released.request
    home = client.get("/").text
    page = client.get(url(asked)).text

    assert lead(participant) == officer.name
    assert not Participant.objects.visible_to(other_officer).exists()
    assert "Sue Supervisor asks you to take over: Settled at his aunt" in home
    assert "You see the file once you accept." in page
    mail = Message.objects.get(dedupe_key=f"handover:{asked.pk}:{other_officer.pk}")
    assert participant.crn not in mail.body
    assert mail.participant is None

    client.post(url(asked), {"answer": "YES"})

    assert lead(participant) == "Stan Stranger"
    assert Participant.objects.visible_to(other_officer).exists()
    assert not Participant.objects.visible_to(officer).exists()


def test_nobody_accepts_for_the_receiver(released, participant, officer, manager, supervisor):
    for user in (officer, manager, supervisor):
        with pytest.raises(handovers.NotYoursToTransfer):
            handovers.agree(request=released.request, by=user, **WHEN)

    assert lead(participant) == officer.name


def test_a_receiver_who_says_no_leaves_the_case_with_its_lead(released, participant, officer, supervisor, client_as):
    handovers.decline(request=released.request, reason="I am full.", by=released.to, **WHEN)

    assert lead(participant) == officer.name
    assert "Stan Stranger said no to Stan Stranger leading the case: I am full." in client_as(supervisor).get("/").text


def test_a_lead_who_takes_over_from_the_prison_accepts_and_stays(participant, officer, supervisor, client_as):
    made = resettlement.record_release_with_handover(
        participant=participant, released_on=TODAY, note="Settled.", prison_ends_on=TODAY + DAY, to=officer,
        by=supervisor, **WHEN,
    )  # fmt: skip
    assert "Sue Supervisor asks you to take over: Settled." in client_as(officer).get("/").text
    with pytest.raises(handovers.LeadsAlready):
        handovers.decline(request=made.request, reason="No.", by=officer, **WHEN)

    handovers.agree(request=made.request, by=officer, **WHEN)

    assert Assignment.objects.filter(participant=participant).count() == 1
    assert not told()


def test_a_lead_who_records_the_release_to_themselves_has_accepted(participant, officer, supervisor):
    made = resettlement.record_release_with_handover(
        participant=participant, released_on=TODAY, note="Settled.", prison_ends_on=TODAY + DAY, to=officer,
        by=officer, **WHEN,
    )  # fmt: skip

    assert HandoverRequest.objects.get(release=made).state == "AGREED"


def test_the_prison_side_does_not_take_the_case_by_recording_the_release_to_itself(participant, officer, supervisor):
    with pytest.raises(resettlement.NotAHandover, match="name someone else to take over"):
        resettlement.record_release_with_handover(
            participant=participant, released_on=TODAY, note="Mine.", prison_ends_on=TODAY + DAY, to=supervisor,
            by=supervisor, **WHEN,
        )  # fmt: skip

    participant.refresh_from_db()
    assert participant.in_custody
    assert lead(participant) == officer.name


# --- The machine ----------------------------------------------------------------------------------
OVER = handovers.TooLate, "This was answered or taken back in the meantime."
NOTHING = handovers.TooLate, "There is nothing to note here."
TABLE = {
    "agree": {"WAITING": "AGREED", "AGREED": OVER, "DECLINED": OVER, "WITHDRAWN": OVER},
    "decline": {"WAITING": "DECLINED", "AGREED": OVER, "DECLINED": OVER, "WITHDRAWN": OVER},
    "withdraw": {"WAITING": "WITHDRAWN", "AGREED": OVER, "DECLINED": OVER, "WITHDRAWN": OVER},
    "note_declined": {"WAITING": NOTHING, "AGREED": NOTHING, "DECLINED": "DECLINED", "WITHDRAWN": NOTHING},
}


@cells(TABLE)
def test_each_act_on_a_request_goes_as_the_table_says(act, state, expected, asked, officer, colleague):
    acts = {
        "agree": lambda: handovers.agree(request=asked, by=officer, **WHEN),
        "decline": lambda: handovers.decline(request=asked, reason="No.", by=officer, **WHEN),
        "withdraw": lambda: handovers.withdraw(request=asked, by=colleague, now=NOW),
        "note_declined": lambda: handovers.note_declined(request=asked, by=colleague, now=NOW),
    }
    begin = {"WAITING": lambda: None, "AGREED": acts["agree"], "DECLINED": acts["decline"]}
    begin.get(state, acts["withdraw"])()

    found = outcome_of(acts[act], lambda: HandoverRequest.objects.get(pk=asked.pk).state, expected)

    assert found == expected


def test_access_goes_with_the_lead(participant, officer, other_officer):
    handovers.transfer(participant=participant, practitioner=other_officer, by=officer, **WHEN)

    open_ = AccessGrant.objects.filter(participant=participant, ends_at=None, why__in=["ASSIGNED", "TEAM"])
    assert {grant.user or grant.team for grant in open_} == {other_officer, other_officer.current_memberships[0].team}
    with time_machine.travel(NOW + DAY, tick=False):
        assert not Participant.objects.visible_to(officer).exists()


def test_where_nobody_is_told_a_page_does_not_say_so(participant, colleague, officer, client_as):
    Participant.objects.filter(pk=participant.pk).update(phone="", email="")
    form = {"practitioner": colleague.pk, "note": "x"}

    page = client_as(officer).post(page_of(participant), form, follow=True).content.decode()

    assert "The person and both practitioners are told" not in page
    assert "has no phone or e-mail with us: tell them yourself." in page
    assert not Message.objects.filter(participant=participant, subject="Your practitioner").exists()


def test_a_case_that_nobody_leads_is_asked_of_nobody(participant, colleague, other_officer):
    Assignment.objects.filter(participant=participant).delete()
    with as_owner():
        AccessGrant.objects.filter(participant=participant, why__in=["ASSIGNED", "TEAM"]).delete()

    with pytest.raises(handovers.NobodyToAsk):
        handovers.ask(participant=participant, practitioner=colleague, note="x", by=other_officer, **WHEN)
    assert not HandoverRequest.objects.exists()


def test_nobody_takes_over_whose_account_was_suspended_meanwhile(asked, colleague, manager, participant):
    colleague.is_active = False
    colleague.save()

    with pytest.raises(services.NotAPractitioner):
        handovers.agree(request=asked, by=manager, **WHEN)
    assert lead(participant) == "Olive Officer"


def test_only_the_lead_their_manager_or_the_prisons_side_says_who_works_there(
    participant, supervisor, colleague, officer, manager, make_user, prison
):
    """A colleague showed a whole file to a prison's team, and nobody was told."""
    wing = Team.objects.create(name="Another wing", kind="PRISON", prison=prison)
    other = make_user("Otto Other", "PRACTITIONER", wing)

    with pytest.raises(resettlement.NotAPrisonWorker, match="Only whoever leads"):
        resettlement.assign_supervisor(participant=participant, supervisor=other, by=colleague, **WHEN)
    resettlement.assign_supervisor(participant=participant, supervisor=other, by=supervisor, **WHEN)

    told = Message.objects.filter(subject="Someone works with you in prison", user=officer).latest("pk")
    assert "Sue Supervisor said that Otto Other works with" in told.body


# --- What does not move a case ---------------------------------------------------------------------------------


def release_to(participant, supervisor, to) -> HandoverRequest:
    ask("select set_config('app.now', %s, true)", NOW.isoformat())  # the database's own clock says another day
    handover = resettlement.record_release_with_handover(
        participant=participant, released_on=TODAY, note="Ready.", prison_ends_on=TODAY + DAY, to=to, by=supervisor,
        **WHEN,
    )  # fmt: skip
    return HandoverRequest.objects.get(release=handover)


def test_what_was_asked_on_release_is_over_once_the_case_has_gone_on(
    participant, supervisor, officer, colleague, other_officer
):
    asked = release_to(participant, supervisor, colleague)

    handovers.transfer(participant=participant, practitioner=other_officer, by=officer, **WHEN)

    asked.refresh_from_db()
    assert asked.state == "WITHDRAWN"
    assert Message.objects.get(dedupe_key=f"handover:{asked.pk}:over").address == supervisor.email
    with pytest.raises(handovers.TooLate):
        handovers.agree(request=asked, by=colleague, **WHEN)
    assert lead(participant) == "Stan Stranger"


def test_who_is_named_on_release_and_does_not_see_the_person_yet_accepts_on_the_page(
    participant, supervisor, other_officer, client_as
):
    asked = release_to(participant, supervisor, other_officer)
    client = client_as(other_officer)
    assert "Yes, I take over" in client.get(url(asked)).text

    client.post(url(asked), {"answer": "YES"})

    assert lead(participant) == "Stan Stranger"


def test_whoever_is_kept_out_of_a_record_cannot_take_the_case(
    participant, officer, other_officer, manager, colleague, supervisor
):
    restrictions.exclude(
        participant=participant, user=other_officer, reason="Cousins.", message="Ring Mona.", by=manager, now=NOW
    )

    acts = [
        lambda: handovers.transfer(participant=participant, practitioner=other_officer, by=officer, **WHEN),
        lambda: handovers.ask(
            participant=participant, practitioner=other_officer, note="Yours", by=colleague, **WHEN
        ),
        lambda: release_to(participant, supervisor, other_officer),
    ]  # fmt: skip

    for act in acts:
        with pytest.raises(services.NotAPractitioner, match="Choose someone else"), transaction.atomic():
            act()
    assert lead(participant) == "Olive Officer"
    assert not HandoverRequest.objects.exists()


def test_a_release_is_recorded_though_someone_asked_for_the_case(participant, supervisor, asked, other_officer):
    release_to(participant, supervisor, other_officer)

    asked.refresh_from_db()
    assert asked.state == "WITHDRAWN"


def test_nobody_is_chosen_as_prison_worker_of_someone_who_is_out(participant, supervisor, officer, make_user):
    Participant.objects.filter(pk=participant.pk).update(prison=None, whereabouts="COMMUNITY")

    with pytest.raises(resettlement.NotAPrisonWorker, match="is in the community"):
        resettlement.assign_supervisor(participant=participant, supervisor=supervisor, by=supervisor, **WHEN)


def test_whoever_asked_is_told_of_a_no_and_whoever_said_it_reads_no_more_of_the_person(
    participant, supervisor, other_officer, client_as
):
    asked = release_to(participant, supervisor, other_officer)
    client = client_as(other_officer)

    page = client.post(url(asked), {"answer": "NO", "reason": "I am away."}, follow=True)

    assert "Sue Supervisor is told" in page.text
    mail = Message.objects.get(dedupe_key=f"handover:{asked.pk}:declined")
    assert (mail.address, participant.crn in mail.body) == (supervisor.email, False)
    assert client.get(url(asked)).status_code == 404


def test_the_page_says_who_cannot_be_told_before_one_hands_over(participant, officer, client_as):
    client = client_as(officer)
    assert "The person and both practitioners are told." in client.get(page_of(participant)).text
    Participant.objects.filter(pk=participant.pk).update(phone="", email="")
    assert "tell them yourself" in client.get(page_of(participant)).text
