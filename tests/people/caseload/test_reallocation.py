"""Handing a caseload over: who may, whom, when, all or nothing, and what each person is told."""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial
from unittest.mock import patch

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people import services
from people.administration import accounts
from people.caseload import reallocation
from people.models import (
    AccessEvent,
    AccessGrant,
    Assignment,
    Message,
    Participant,
    Supervision,
    Transfer,
    TransferPerson,
    User,
)  # fmt: skip
from rehab.night import run_due
from tests.conftest import NOW, TODAY, service_account
from tests.found_forms import forms_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DAY = timedelta(days=1)


@pytest.fixture
def colleague(make_user, other_team):
    return make_user("Carl Colleague", "PRACTITIONER", other_team)


@pytest.fixture
def three(make_participant, officer):
    return [
        make_participant(given, "Row", f"X10050{n}", officer) for n, given in enumerate(("Ana", "Bo", "Cy"), start=1)
    ]


@pytest.fixture
def transfer(officer, colleague, manager):
    def act(people, starts_on=TODAY, note=reallocation.USUAL_NOTE, **but):
        given = {"from_user": officer, "to_user": colleague, "by": manager, "today": TODAY, "now": NOW}
        return reallocation.transfer(people_ids=[p.pk for p in people], starts_on=starts_on, note=note, **given | but)

    return act


def fail_after(begin, *args, times, **given):
    if next(times):
        raise services.NotAPractitioner("No.")
    return begin(*args, **given)


def led_by(user, today=TODAY) -> set[str]:
    return set(Participant.objects.led_by(user, today).values_list("given_name", flat=True))


def at(name: str, row) -> str:
    return reverse(f"people:{name}", args=[row.pk])


def answers(to_user, on=TODAY, **more) -> dict[str, object]:
    day = {"starts_on-day": on.day, "starts_on-month": on.month, "starts_on-year": on.year}
    return {"which": "all", "to_user": to_user.pk, "note": reallocation.USUAL_NOTE, **day, **more}


def confirmed(client, giver, answers):
    """Send the form, and then what the page shows for a second look."""
    page = at("caseload-transfer", giver)
    shown = client.post(page, answers)
    return client.post(page, second_look(shown.text, page).filled(lambda control: None))


def second_look(text, page):
    forms = [form for form in forms_in(text, page=page) if form.goes_to == "people:caseload-transfer"]
    return next(form for form in forms if form.button[0] != "back")


def night(day) -> None:
    with time_machine.travel(NOW + (day - TODAY), tick=False):
        run_due(now=NOW + (day - TODAY))


def test_today_it_is_done_at_once_and_who_may_see_them_moves_along(three, transfer, officer, colleague, manager):
    transfer(three)

    assert (led_by(officer), led_by(colleague)) == (set(), {"Ana", "Bo", "Cy"})
    assert Participant.objects.visible_to(colleague).count() == 3
    assert not Participant.objects.visible_to(officer).exists()
    assert not Participant.objects.visible_to(manager).exists()


def test_a_part_leaves_the_rest_where_they_are(three, transfer, officer, colleague):
    transfer(three[:2])

    assert (led_by(officer), led_by(colleague)) == ({"Cy"}, {"Ana", "Bo"})


def test_each_person_is_told_in_plain_words_and_sees_the_new_name(three, transfer, client_as):
    transfer(three)

    message = Message.objects.get(participant=three[0])
    assert message.address == "+447700900501"
    assert message.body == (
        "From 1 June your practitioner is Carl Colleague. Carl Colleague will get in touch with you. "
        "Your plan stays the same."
    )
    assert "Carl Colleague" in client_as(three[0].user).get("/me/circle/").content.decode()


def test_both_practitioners_are_told_how_many_and_no_name(three, transfer, officer, colleague):
    transfer(three)

    gone = Message.objects.get(address=officer.email)
    assert gone.body == "3 people are no longer on your list: Mona Manager handed them over to Carl Colleague."
    message = Message.objects.get(address=colleague.email)
    assert "3 people are now on your list" in message.body
    assert not any(person.family_name in message.body for person in three)


def test_who_has_no_phone_and_no_e_mail_is_handed_over_all_the_same(three, transfer, colleague):
    Participant.objects.filter(pk=three[0].pk).update(phone="", email="")

    transfer(three)

    assert len(led_by(colleague)) == 3
    assert services.untold([person.pk for person in three]) == 1


def test_all_or_nothing(three, transfer, officer):
    failing = partial(fail_after, services._begin_assignment, times=iter([False, True]))

    with patch.object(services, "_begin_assignment", failing), pytest.raises(services.NotAPractitioner):
        transfer(three)

    assert len(led_by(officer)) == 3
    assert not Transfer.objects.exists()
    assert not Message.objects.filter(participant__in=three).exists()


def test_whom_the_giver_does_not_lead_cannot_be_handed_over(three, transfer, other_participant):
    with pytest.raises(reallocation.NotTheirs):
        transfer([*three, other_participant])


@pytest.mark.parametrize("days", [-1, 91])
def test_the_day_is_today_or_within_ninety_days(days, three, transfer):
    with pytest.raises(reallocation.NotWithinThatTime):
        transfer(three, starts_on=TODAY + days * DAY)


def test_the_receiver_is_a_practitioner_on_the_day(three, transfer, volunteer, colleague, administrator):
    with pytest.raises(services.NotAPractitioner):
        transfer(three, to_user=volunteer)
    role = colleague.current_memberships[0]
    accounts.end_role(membership=role, last_day=TODAY + DAY, by=administrator, today=TODAY, now=NOW)
    with pytest.raises(services.NotAPractitioner):
        transfer(three, starts_on=TODAY + 2 * DAY)


def test_who_hands_over_unseen_does_not_receive(three, transfer, administrator, team):
    services.join(user=administrator, role="PRACTITIONER", team=team, today=TODAY, by=administrator)

    with pytest.raises(reallocation.NotToOneself, match="not to yourself"):
        transfer(three, to_user=administrator, by=administrator)

    assert not Transfer.objects.exists()


def test_nobody_is_asked_for_and_nobody_is_handed_to_themselves(three, transfer, officer):
    with pytest.raises(reallocation.NobodyToTransfer):
        transfer([])
    with pytest.raises(Exception, match="Choose someone else"):
        transfer(three, to_user=officer)


# --- Later ----------------------------------------------------------------------------------------
def test_a_later_day_waits_for_its_night_and_is_done_once(three, transfer, officer, colleague):
    planned = transfer(three, starts_on=TODAY + 3 * DAY)
    night(TODAY + 2 * DAY)
    before = led_by(officer)
    night(TODAY + 3 * DAY)
    reallocation.carry_out_due(today=TODAY + 3 * DAY, now=NOW + 3 * DAY)

    planned.refresh_from_db()
    assert (len(before), led_by(officer, TODAY + 3 * DAY)) == (3, set())
    assert planned.done_at == NOW + 3 * DAY
    assert Message.objects.filter(participant=three[0]).count() == 1
    assert Assignment.objects.filter(participant=three[0], practitioner=colleague).count() == 1


def test_what_was_decided_by_someone_who_is_suspended_since_is_not_done(three, transfer, officer, manager):
    planned = transfer(three, starts_on=TODAY + 3 * DAY)
    User.objects.filter(pk=manager.pk).update(is_active=False)

    night(TODAY + 3 * DAY)

    planned.refresh_from_db()
    assert (planned.done_at, len(led_by(officer, TODAY + 3 * DAY))) == (None, 3)
    assert "has no account any more" in planned.problem


def test_a_case_that_has_gone_to_someone_else_stays_though_the_giver_works_with_them_in_prison(
    three, transfer, officer, other_officer, manager
):
    transfer(three, starts_on=TODAY + 3 * DAY)
    services.assign(participant=three[0], practitioner=other_officer, by=manager, today=TODAY, now=NOW)
    Supervision.objects.create(participant=three[0], supervisor=officer, starts_on=TODAY)

    night(TODAY + 3 * DAY)

    lead = Assignment.objects.current(TODAY + 3 * DAY).get(participant=three[0])
    assert lead.practitioner == other_officer
    assert reallocation.size(of=officer, today=TODAY + 3 * DAY) == 0


@pytest.mark.django_db(transaction=True)
def test_two_nights_at_once_hand_over_once(three, transfer, colleague):
    transfer(three, starts_on=TODAY + 3 * DAY)
    found, barrier = [], threading.Barrier(2)

    def run() -> None:
        barrier.wait()
        try:
            found.append(reallocation.carry_out_due(today=TODAY + 3 * DAY, now=NOW + 3 * DAY))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [0, 1]
    assert Assignment.objects.filter(practitioner=colleague).count() == 3
    assert Message.objects.filter(participant__in=three).count() == 3


def test_nobody_is_told_before_the_day_nor_in_the_night(three, transfer):
    transfer(three, starts_on=TODAY + 3 * DAY)
    assert not Message.objects.filter(participant__in=three).exists()
    three_in_the_morning = NOW.replace(hour=2) + 3 * DAY

    with time_machine.travel(three_in_the_morning, tick=False):
        reallocation.carry_out_due(today=TODAY + 3 * DAY, now=three_in_the_morning)

    message = Message.objects.get(participant=three[0])
    assert message.not_before == NOW.replace(hour=8) + 3 * DAY  # nine in London
    assert message.body.startswith("From 4 June ")


def test_a_night_that_was_missed_is_made_up_for(three, transfer, officer):
    transfer(three, starts_on=TODAY + 3 * DAY)

    night(TODAY + 5 * DAY)

    assert led_by(officer, TODAY + 5 * DAY) == set()


def test_who_came_to_someone_else_meanwhile_is_left_where_they_are(three, transfer, other_officer):
    planned = transfer(three, starts_on=TODAY + 3 * DAY)
    services.assign(participant=three[0], practitioner=other_officer, today=TODAY, now=NOW, by=service_account())

    night(TODAY + 3 * DAY)

    planned.refresh_from_db()
    assert led_by(other_officer, TODAY + 3 * DAY) == {"Ana"}
    assert planned.left_out == 1


def test_where_the_receiver_is_gone_by_then_nothing_moves_and_the_team_page_says_so(
    three, transfer, officer, colleague, administrator, manager, client_as
):
    planned = transfer(three, starts_on=TODAY + 3 * DAY)
    accounts.suspend(account=colleague, reason="Left", by=administrator, now=NOW)

    night(TODAY + 3 * DAY)

    planned.refresh_from_db()
    assert planned.done_at is None
    assert len(led_by(officer, TODAY + 3 * DAY)) == 3
    assert "Not done: Carl Colleague is no practitioner" in client_as(manager).get("/team/").content.decode()


def test_one_person_is_never_in_two_plans(three, transfer):
    transfer(three[:1], starts_on=TODAY + 3 * DAY)

    with pytest.raises(reallocation.AlreadyPlanned, match="1 of them is"):
        transfer(three, starts_on=TODAY + 5 * DAY)


def test_a_cancelled_plan_is_not_carried_out_nor_cancelled_twice(three, transfer, officer, manager, client_as):
    planned = transfer(three, starts_on=TODAY + 3 * DAY)

    client_as(manager).post(at("transfer-cancel", planned))
    night(TODAY + 3 * DAY)

    planned.refresh_from_db()
    assert planned.cancelled_by == manager
    assert len(led_by(officer, TODAY + 3 * DAY)) == 3
    with pytest.raises(reallocation.TooLate):
        reallocation.cancel(transfer=planned, by=manager, now=NOW)


def test_a_plan_of_another_team_is_neither_seen_nor_cancelled(three, transfer, make_user, unit, client_as):
    from people.models import Team

    planned = transfer(three, starts_on=TODAY + 3 * DAY)
    stranger = make_user("Una Unrelated", "MANAGER", Team.objects.create(name="Third team", delivery_unit=unit))

    assert "Olive" not in client_as(stranger).get("/team/").content.decode()
    assert client_as(stranger).post(at("transfer-cancel", planned)).status_code == 404


# --- The page -------------------------------------------------------------------------------------
def test_a_manager_sees_names_each_noted_as_seen_then_as_changed(three, officer, colleague, manager, client_as):
    client = client_as(manager)

    page = client.get(at("caseload-transfer", officer)).content.decode()
    confirmed(client, officer, answers(colleague, which="some", people=[three[0].pk]))

    assert "Row, Ana (X100501)" in page
    assert led_by(colleague) == {"Ana"}
    assert AccessEvent.objects.get(kind="CHANGE").participants == [three[0].pk]
    assert AccessEvent.objects.filter(kind="LIST").first().participants == sorted(p.pk for p in three)


def test_everyone_is_everyone_the_manager_may_see(three, officer, colleague, manager, client_as):
    AccessGrant.objects.filter(participant=three[2], team__isnull=False).update(ends_at=NOW - DAY)

    confirmed(client_as(manager), officer, answers(colleague))

    assert led_by(officer) == {"Cy"}


def test_ticking_some_and_choosing_everyone_is_asked_again(three, officer, colleague, manager, client_as):
    sent = client_as(manager).post(at("caseload-transfer", officer), answers(colleague, people=[three[0].pk]))

    assert "You ticked some people" in sent.content.decode()
    assert not Transfer.objects.exists()


def test_nobody_ticked_and_someone_not_listed_are_refused(
    three, other_participant, officer, colleague, manager, client_as
):
    client = client_as(manager)

    nobody = client.post(at("caseload-transfer", officer), answers(colleague, which="some"))
    stranger = client.post(
        at("caseload-transfer", officer), answers(colleague, which="some", people=[other_participant.pk])
    )

    assert "Tick at least one person" in nobody.content.decode()
    assert "the answers listed" in stranger.content.decode()
    assert not Transfer.objects.exists()


def test_a_note_without_the_new_name_is_sent_back(three, officer, colleague, manager, client_as):
    sent = client_as(manager).post(at("caseload-transfer", officer), answers(colleague, note="Someone else comes."))

    assert "Leave [name] in the note" in sent.content.decode()


def test_a_hand_over_shows_who_moves_and_who_is_told_what_and_asks_once(three, officer, colleague, manager, client_as):
    Participant.objects.filter(pk=three[1].pk).update(phone="", email="")
    client = client_as(manager)

    shown = client.post(at("caseload-transfer", officer), answers(colleague)).text

    assert led_by(officer) == {"Ana", "Bo", "Cy"}
    assert all(f"Row, {name}</bdi>" in shown for name in ("Ana", "Bo", "Cy"))
    assert "From 1 June your practitioner is Carl Colleague." in shown
    assert "1 of them has no phone or e-mail with us." in shown
    assert "Carl Colleague</bdi> and <bdi>Olive Officer</bdi> are told how many" in shown
    confirmed(client, officer, answers(colleague))
    assert led_by(colleague) == {"Ana", "Bo", "Cy"}


def test_what_changed_since_it_was_shown_is_shown_again(three, officer, colleague, manager, client_as):
    client, page = client_as(manager), at("caseload-transfer", officer)
    form = second_look(client.post(page, answers(colleague)).text, page)
    services.assign(participant=three[0], practitioner=colleague, by=officer, today=TODAY, now=NOW)

    again = client.post(page, form.filled(lambda control: None))

    assert "Something changed since you looked." in again.text
    assert "2 people from" in again.text
    assert not Transfer.objects.exists()


def test_one_may_go_back_and_change_what_was_typed(three, officer, colleague, manager, client_as):
    page = at("caseload-transfer", officer)

    back = client_as(manager).post(page, {**answers(colleague, note="[name] comes."), "back": "1"})

    assert "[name] comes." in back.text
    assert not Transfer.objects.exists()


# --- What an administrator asks for ---------------------------------------------------------------
@pytest.fixture
def asked(three, officer, colleague, manager, administrator, client_as):
    confirmed(client_as(administrator), officer, answers(colleague))
    return Transfer.objects.get()


def test_an_administrator_asks_for_the_whole_caseload_and_sees_a_number_alone(
    three, officer, colleague, administrator, client_as
):
    client = client_as(administrator)

    page = client.get(at("caseload-transfer", officer)).text
    shown = client.post(at("caseload-transfer", officer), answers(colleague)).text

    assert "leads 3 people" in page
    assert "3 people from" in shown
    assert "Once <bdi>Olive Officer</bdi> or their manager agrees," in shown
    assert "From now" not in shown
    assert not any(words in page + shown for p in three for words in (p.given_name + " ", p.crn, "Row"))
    assert confirmed(client, officer, answers(colleague)).status_code == 302
    assert led_by(officer) == {"Ana", "Bo", "Cy"}
    assert "You have asked." in client.get(at("account-detail", officer)).text


@pytest.mark.parametrize("who", ["officer", "manager"])
def test_the_lead_or_their_manager_sees_the_names_and_agrees(who, asked, three, colleague, request, client_as):
    user = request.getfixturevalue(who)
    client = client_as(user)
    assert "asks that they go to Carl Colleague" in client.get("/").text
    assert Message.objects.filter(address=user.email, subject="A hand-over to agree to").count() == 1

    page = client.get(at("transfer-agree", asked)).text
    answer = client.post(at("transfer-agree", asked), {"answer": "yes"})

    assert "Row, Ana" in page
    assert answer.status_code == 302
    assert led_by(colleague) == {"Ana", "Bo", "Cy"}
    asked.refresh_from_db()
    assert (asked.agreed_by, asked.done_at) == (user, NOW)
    assert AccessEvent.objects.filter(user=user, kind="CHANGE").get().participants == sorted(p.pk for p in three)


def test_who_says_no_moves_nobody_and_the_administrator_is_told(asked, officer, administrator, manager, client_as):
    client_as(manager).post(at("transfer-agree", asked), {"answer": "no"})

    assert led_by(officer) == {"Ana", "Bo", "Cy"}
    asked.refresh_from_db()
    assert asked.cancelled_by == manager
    assert "Mona Manager said no" in Message.objects.get(address=administrator.email).body
    assert client_as(manager).get(at("transfer-agree", asked)).status_code == 404


@pytest.mark.parametrize("who", ["colleague", "other_officer", "administrator"])
def test_nobody_else_agrees(who, asked, officer, request, client_as):
    """Not who receives, nor a stranger, nor who asked."""
    answer = client_as(request.getfixturevalue(who)).post(at("transfer-agree", asked), {"answer": "yes"})

    assert answer.status_code in (403, 404)
    assert led_by(officer) == {"Ana", "Bo", "Cy"}
    asked.refresh_from_db()
    assert asked.agreed_at is None


def test_nothing_is_done_at_night_before_someone_agreed(asked, officer, colleague, manager):
    night(TODAY + DAY)
    assert led_by(officer, TODAY + DAY) == {"Ana", "Bo", "Cy"}

    reallocation.agree(transfer=asked, by=manager, today=TODAY + DAY, now=NOW + DAY)

    assert led_by(colleague, TODAY + DAY) == {"Ana", "Bo", "Cy"}
    with pytest.raises(reallocation.TooLate):
        reallocation.agree(transfer=asked, by=manager, today=TODAY + DAY, now=NOW + DAY)


def test_a_manager_in_the_same_team_as_who_asked_does_not_agree_to_their_own(asked, administrator, team):
    services.join(user=administrator, role="MANAGER", team=team, today=TODAY, by=administrator)

    with pytest.raises(reallocation.NotToOneself, match="Someone other than who asked"):
        reallocation.agree(transfer=asked, by=administrator, today=TODAY, now=NOW)


def test_where_nobody_could_agree_the_administrator_is_told_what_to_do_first(
    three, officer, colleague, administrator, client_as
):
    accounts.suspend(account=officer, reason="Left", by=administrator, now=NOW)

    answer = confirmed(client_as(administrator), officer, answers(colleague))

    assert "A manager of Olive Officer&#x27;s team has to agree, and it has none." in answer.text
    assert not Transfer.objects.exists()


def test_an_administrator_cannot_pick_people_out(three, officer, colleague, administrator, client_as):
    confirmed(client_as(administrator), officer, answers(colleague, which="some", people=[three[0].pk]))

    assert Transfer.objects.get().people_count == 3


def test_another_teams_practitioner_is_not_there_for_a_manager(three, colleague, manager, client_as):
    assert client_as(manager).get(at("caseload-transfer", colleague)).status_code == 404


def test_one_who_left_the_team_can_still_be_relieved_of_their_people(three, officer, manager, administrator, client_as):
    role = officer.current_memberships[0]
    accounts.end_role(membership=role, last_day=TODAY - DAY, by=administrator, today=TODAY, now=NOW)

    assert "Row, Ana" in client_as(manager).get(at("caseload-transfer", officer)).content.decode()
    assert "Not in the team now" in client_as(manager).get("/team/").content.decode()


def test_the_rows_of_a_hand_over_are_seen_by_those_who_see_the_person(three, transfer, officer, colleague):
    transfer(three[:1], starts_on=TODAY + 3 * DAY)

    assert TransferPerson.objects.visible_to(officer).count() == 1
    assert not TransferPerson.objects.visible_to(colleague).exists()


def test_each_person_more_costs_the_moving_alone(make_participant, officer, colleague, transfer):
    people = [make_participant("P", f"R{n}", f"X2{n:05}", officer) for n in range(10, 23)]
    alone = people.pop()

    def cost(some) -> int:
        with CaptureQueriesContext(connection) as asked:
            transfer(some)
        return len(asked)

    two, ten = cost(people[:2]), cost(people[2:])
    with CaptureQueriesContext(connection) as moving:
        services.assign(participant=alone, practitioner=colleague, today=TODAY, now=NOW, by=officer)

    assert ten - two <= 8 * len(moving)
