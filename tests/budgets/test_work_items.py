"""What about money waits on the home list: for whom, since when, how urgent, and where it leads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from budgets import services, work_items
from budgets.commands import new_key
from budgets.models import SpendRequest
from people.access import emergency
from providers import services as referring
from providers.models import Referral
from tests.conftest import NOW, TODAY
from tests.providers.conftest import make_referral, make_service, outcodes, provider, referral, service  # noqa: F401
from tests.worklists import waiting

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def items(user, days: int = 0) -> list:
    return waiting(work_items, user, today=TODAY + days * DAY, now=NOW + days * DAY)


def kinds(user) -> list[str]:
    return [item.kind for item in items(user)]


@pytest.fixture
def approve(manager):
    def yes(spend):
        return services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())

    return yes


@pytest.fixture
def delivered(approve, make_request, referral, officer):  # noqa: F811
    """Money that is tied to a referral whose help was given."""
    commitment = approve(make_request(100_00))
    services.buy_through(commitment=commitment, referral=referral, by=officer, now=NOW, key=new_key())
    referring.accept(referral=referral, name="Joan", today=TODAY, now=NOW)
    referring.mark_delivered(referral=referral, delivered_on=TODAY, today=TODAY, now=NOW)
    return commitment


def test_nothing_about_money_waits_where_nothing_was_asked_for(budget, manager, officer):
    assert items(manager) == items(officer) == []


def test_a_request_waits_for_a_manager_with_the_sum_the_words_and_the_person(make_request, manager, participant):
    spend = make_request(295_50, "A deposit")

    [item] = items(manager)

    assert item.reason == "Asked for £295.50 for A deposit yesterday."
    assert (item.kind, item.action, item.urgency) == ("Request", "Decide", 40)
    assert item.url == reverse("budgets:request-detail", args=[spend.pk])
    assert item.person == participant
    assert item.due == TODAY + 9 * DAY


@pytest.mark.parametrize(("days", "since"), [(-1, "today"), (0, "yesterday"), (1, "2 days ago"), (9, "10 days ago")])
def test_how_long_it_has_waited_is_said_in_days(days, since, make_request, manager):
    make_request()

    [item] = items(manager, days)

    assert item.reason.endswith(f" {since}.")


@pytest.mark.parametrize(("days", "urgency"), [(9, 40), (10, 30)])
def test_a_request_is_more_urgent_once_its_ten_days_are_over(days, urgency, make_request, manager):
    make_request()

    [item] = items(manager, days)

    assert item.urgency == urgency


def test_the_longest_waiting_comes_first(make_request, manager):
    later, sooner = make_request(what="Later"), make_request(what="Sooner")
    type(sooner).objects.filter(pk=sooner.pk).update(asked_at=NOW - 5 * DAY)

    assert [item.subject for item in items(manager)] == [sooner, later]


def test_a_manager_is_not_asked_to_decide_their_own_request(make_request, manager, payer):
    make_request(by=manager)

    assert items(manager) == []
    assert kinds(payer) == ["Request"]


def test_a_request_that_no_other_manager_can_decide_stays_on_the_list_of_who_asked(make_request, manager):
    make_request(by=manager)

    assert [item.action for item in items(manager)] == ["Look"]


def test_a_request_is_no_practitioners_to_decide(make_request, officer):
    make_request()

    assert items(officer) == []


def test_a_request_of_someone_unseen_waits_for_nobody_here(make_request, make_user, other_team):
    make_request()

    assert items(make_user("Max Elsewhere", "MANAGER", other_team)) == []


@pytest.mark.parametrize("answer", [services.approve_request, services.refuse_request])
def test_a_decided_request_waits_no_longer(answer, make_request, manager):
    answer(spend=make_request(), reason="So", by=manager, now=NOW, key=new_key())

    assert "Request" not in kinds(manager)


def test_approved_money_waits_for_the_practitioner_to_spend_it(make_request, approve, officer, manager):
    spend = make_request(100_00, "A bus pass")
    approve(spend)

    [item] = items(officer)

    assert item.reason == "£100 is set aside for A bus pass. Nothing has been bought yet."
    assert (item.kind, item.action, item.urgency) == ("Approved", "Buy it", 50)
    assert item.url == reverse("budgets:request-detail", args=[spend.pk])
    assert item.due == TODAY + 10 * DAY
    assert items(manager) == []


def test_money_tied_to_a_referral_waits_for_nobody_until_the_help_is_given(
    make_request, approve, referral, officer, manager  # noqa: F811
):  # fmt: skip
    services.buy_through(commitment=approve(make_request()), referral=referral, by=officer, now=NOW, key=new_key())

    assert items(officer) == items(manager) == []


def test_what_was_delivered_waits_for_a_manager_who_neither_asked_nor_decided(delivered, officer, manager, payer):
    [item] = items(payer)

    assert item.reason == "Northbridge Counselling says this was delivered: A deposit."
    assert (item.kind, item.action, item.urgency) == ("Payment", "Record the payment", 40)
    assert item.url == reverse("budgets:pay", args=[delivered.pk])
    assert items(officer) == items(manager) == []


def test_nobody_is_asked_to_pay_for_their_own_request(make_request, payer, make_user, team, referral, manager, officer):  # noqa: F811
    asker = make_user("Nell Asker", "MANAGER", team)
    spend = make_request(by=asker)
    commitment = services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    services.buy_through(commitment=commitment, referral=referral, by=officer, now=NOW, key=new_key())
    referring.accept(referral=referral, name="Joan", today=TODAY, now=NOW)
    referring.mark_delivered(referral=referral, delivered_on=TODAY, today=TODAY, now=NOW)

    assert kinds(asker) == kinds(manager) == []
    assert kinds(payer) == ["Payment"]


def test_what_nobody_in_the_team_may_pay_stays_on_the_list_of_who_decided(delivered, manager, make_user, team):
    [item] = items(manager)

    assert "nobody in your team may record the payment" in item.reason
    assert (item.action, item.url) == ("Look", reverse("budgets:request-detail", args=[delivered.spend_id]))

    make_user("Second Manager", "MANAGER", team)
    assert items(manager) == []


def test_a_second_manager_who_cannot_sign_in_pays_nothing(delivered, manager, payer):
    payer.is_active = False
    payer.save()

    assert kinds(manager) == ["Payment"]


def test_what_is_paid_or_given_back_waits_no_longer(delivered, manager, payer):
    services.record_payment(
        commitment=delivered, amount=100_00, payee="Shop", paid_on=TODAY, by=payer, now=NOW, key="p"
    )

    assert items(manager) == items(payer) == []


def test_the_list_asks_no_more_for_twelve_requests_than_for_two(make_request, manager):
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            items(manager)
        return len(queries)

    make_request(what="1"), make_request(what="2")
    asked()  # what the user may do is read once and kept
    few = asked()
    for number in range(10):
        make_request(1_00, what=str(number))

    assert asked() == few


# --- Whoever gave the person a way to sign in ------------------------------------------------------


@pytest.fixture
def way_in(participant, manager):
    """The manager gave the person a code letter."""
    from people.sign_in import code_letters

    code_letters.give(participant=participant, by=manager, now=NOW - 89 * DAY)


def test_whoever_gave_a_way_in_is_not_asked_to_decide_while_another_may(way_in, make_request, manager, payer):
    make_request()

    assert kinds(manager) == []
    assert kinds(payer) == ["Request"]


def test_what_nobody_in_the_team_may_decide_stays_on_their_list(way_in, make_request, manager):
    spend = make_request(what="A deposit")

    [item] = items(manager)

    assert item.reason.startswith("A deposit waits, and nobody in your team may decide it")
    assert (item.action, item.url) == ("Look", reverse("budgets:request-detail", args=[spend.pk]))


def test_after_ninety_days_they_are_asked_again(way_in, make_request, manager, payer):
    make_request()

    assert kinds(manager) == []
    assert [item.kind for item in items(manager, days=2)] == ["Request"]


def test_what_the_second_manager_may_not_pay_for_a_way_in_stays_on_the_list(delivered, manager, payer, participant):
    from people.sign_in import code_letters

    code_letters.give(participant=participant, by=payer, now=NOW)

    assert [item.action for item in items(manager)] == [item.action for item in items(payer)] == ["Look"]


def test_what_is_not_known_to_be_theirs_waits_for_nobody_here(make_request, manager, participant):
    spend = make_request()
    spend.waits_for = participant.sign_in_changes.earliest("pk")
    spend.save()

    assert items(manager) == []


def test_whoever_wrote_down_that_it_was_delivered_is_named_to_the_payer(delivered, officer, payer):
    """The provider had said nothing: the asker had."""
    delivered.refresh_from_db()
    Referral.objects.filter(pk=delivered.referral_id).update(delivered_by=officer)

    [item] = items(payer)

    assert item.reason == "Olive Officer says that Northbridge Counselling delivered this: A deposit."


def test_whoever_reads_a_record_in_an_emergency_is_asked_for_no_decision(
    make_request, participant, make_user, other_team
):
    make_request()
    far = make_user("Faye Far", "MANAGER", other_team)
    emergency.open_in_emergency(crn=participant.crn, reason="Unwell.", by=far, now=timezone.now())

    assert SpendRequest.objects.visible_to(far).exists()
    assert items(far) == []
