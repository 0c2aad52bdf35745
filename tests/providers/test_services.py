"""The life of a referral."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from common.errors import RuleBroken
from lifeplans.models import Goal, LifePlan
from people.models import Message
from providers import directory, links, services
from providers.models import Referral
from providers.references import is_clear, new_reference
from tests.conftest import NOW, TODAY, service_account
from tests.threads import as_we_are

State = Referral.State
pytestmark = pytest.mark.django_db


def test_a_referral_is_sent_by_a_link_that_says_nothing_about_the_person(referral, participant):
    message = Message.objects.get(dedupe_key=f"referral:{referral.pk}:link:1")

    assert message.address == "hello@northbridge.example"
    assert referral.reference in message.body
    assert links.token_for(referral) in message.body
    for secret in (participant.given_name, participant.family_name, participant.crn, referral.told, referral.reason):
        assert secret not in message.subject + message.body


def test_outside_the_demo_the_link_is_not_in_the_message_that_is_kept(make_referral, settings):
    settings.DEMO = False
    referral = make_referral()
    message = Message.objects.get(dedupe_key=f"referral:{referral.pk}:link:1")

    assert links.token_for(referral) not in message.body
    assert links.token_for(referral) in message.words


def test_without_an_address_nothing_is_sent(make_referral):
    referral = make_referral(send_to="")

    assert not Message.objects.filter(dedupe_key__startswith=f"referral:{referral.pk}").exists()


def test_a_suspended_provider_cannot_be_used(make_referral, provider, manager):
    directory.suspend(provider=provider, reason="A safeguarding concern", by=manager, today=TODAY)

    with pytest.raises(services.NotAvailable, match="suspended"):
        make_referral()


def test_a_service_that_is_over_cannot_be_used(make_referral, make_service):
    with pytest.raises(services.NotAvailable, match="not open"):
        make_referral(service=make_service("Over", closes_on=TODAY - timedelta(days=1)))


@pytest.mark.parametrize("ages", [{"minimum_age": 23}, {"maximum_age": 21}])
def test_a_service_for_another_age_is_refused(make_referral, make_service, ages):
    with pytest.raises(services.NotForThem, match="Jordan is 22"):
        make_referral(service=make_service("Other ages", **ages))


def test_a_person_is_referred_to_a_service_once_while_it_is_open(make_referral, referral, officer):
    with pytest.raises(services.AlreadyReferred):
        make_referral()

    services.cancel(referral=referral, reason="MISTAKE", by=officer, today=TODAY, now=NOW)
    assert make_referral().state == State.SENT


def test_another_persons_goal_is_refused(make_referral, other_participant, other_officer):
    plan = LifePlan.objects.create(participant=other_participant, started_on=TODAY, started_by=other_officer)
    goal = Goal(
        plan=plan,
        title="Sing",
        words_of="PARTICIPANT",
        proposed_by=other_officer,
        proposed_on=TODAY,
        need="HEALTH",
        position=1,
    )
    goal.save()

    with pytest.raises(services.GoalNotInPlan):
        make_referral(goal=goal)


def test_accepting_tells_the_practitioner_and_the_person_and_twice_is_once(referral):
    for _ in range(2):
        services.accept(referral=referral, today=TODAY, now=NOW, name="Ann Helper")

    referral.refresh_from_db()
    assert (referral.state, referral.accepted_on, referral.accepted_name) == (State.ACCEPTED, TODAY, "Ann Helper")
    assert Message.objects.filter(dedupe_key=f"referral:{referral.pk}:accepted").count() == 1
    assert Message.objects.filter(dedupe_key=f"referral:{referral.pk}:yes").count() == 1


def test_help_is_given_after_it_is_accepted_and_not_before_it_was_sent(referral):
    with pytest.raises(services.NotAcceptedYet):
        services.mark_delivered(referral=referral, delivered_on=TODAY, today=TODAY, now=NOW)
    services.accept(referral=referral, today=TODAY, now=NOW)
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(services.NotYet):
            services.mark_delivered(referral=referral, delivered_on=day, today=TODAY, now=NOW)

    services.mark_delivered(referral=referral, delivered_on=TODAY, today=TODAY, now=NOW, note="Six sessions")

    referral.refresh_from_db()
    assert (referral.state, referral.delivered_on) == (State.DELIVERED, TODAY)
    assert [step["title"] for step in referral.story] == ["Delivered", "Accepted", "Sent"]


def test_what_was_accepted_is_cancelled_not_declined(referral):
    services.accept(referral=referral, today=TODAY, now=NOW)

    with pytest.raises(services.AlreadyEnded, match="cancel"):
        services.decline(referral=referral, reason="FULL", today=TODAY, now=NOW)


@pytest.mark.parametrize("act", ["accept", "decline", "deliver", "resend"])
def test_what_is_cancelled_stays_cancelled(referral, officer, act):
    services.cancel(referral=referral, reason="MOVED", by=officer, today=TODAY, now=NOW)
    acts = {
        "accept": lambda: services.accept(referral=referral, today=TODAY, now=NOW),
        "decline": lambda: services.decline(referral=referral, reason="FULL", today=TODAY, now=NOW),
        "deliver": lambda: services.mark_delivered(referral=referral, delivered_on=TODAY, today=TODAY, now=NOW),
        "resend": lambda: services.resend_link(referral=referral, now=NOW, by=officer),
    }

    with pytest.raises(services.AlreadyEnded, match="cancelled already"):
        acts[act]()


def test_cancelling_withdraws_the_link_that_has_not_gone_and_tells_the_provider(referral, officer):
    services.cancel(referral=referral, reason="MOVED", by=officer, today=TODAY, now=NOW)

    assert Message.objects.get(dedupe_key=f"referral:{referral.pk}:link:1").state == Message.State.WITHDRAWN
    assert Message.objects.filter(dedupe_key=f"referral:{referral.pk}:cancelled").exists()


def test_a_new_link_ends_the_old_one(referral):
    old = links.token_for(referral)

    services.resend_link(referral=referral, now=NOW, send_to="new@northbridge.example", by=service_account())

    with pytest.raises(links.LinkOver):
        links.referral_for(old)
    referral.refresh_from_db()
    assert links.referral_for(links.token_for(referral)) == referral
    assert referral.sent_to == "new@northbridge.example"


def test_references_can_be_read_out():
    assert not is_clear("AB0O12HE")
    assert not is_clear("SB5234HE")
    assert is_clear("AK2347HE")
    assert all(is_clear(new_reference("HEALTH")) for _ in range(50))


def test_history_keeps_every_state(referral):
    services.accept(referral=referral, today=TODAY, now=NOW)

    assert [row.state for row in referral.history.order_by("history_id")] == [State.SENT, State.ACCEPTED]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "ACCEPTED"}, "answered_referral_was_accepted"),
        ({"accepted_on": TODAY}, "answered_referral_was_accepted"),
        ({"state": "DELIVERED", "accepted_on": TODAY}, "delivered_referral_says_when"),
        ({"declined_on": TODAY}, "declined_referral_says_when"),
        ({"decline_reason": "FULL"}, "declined_referral_says_why"),
        ({"state": "DECLINED", "declined_on": TODAY}, "declined_referral_says_why"),
        (
            {"state": "CANCELLED", "cancelled_on": TODAY, "cancel_reason": "MOVED"},
            "cancelled_referral_says_why_and_by_whom",
        ),
        ({"cancelled_on": TODAY}, "cancelled_referral_says_when"),
        ({"seen_on": TODAY}, "only_a_declined_referral_is_seen"),
        ({"state": "ACCEPTED", "accepted_on": TODAY - timedelta(days=1)}, "referral_answered_after_it_was_sent"),
        ({"sessions": 0}, "referral_has_some_sessions_or_says_none"),
    ],
)
def test_the_database_refuses_a_referral_that_does_not_add_up(referral, change, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(**change)


def test_the_database_refuses_a_second_open_referral(referral):
    twin = Referral.objects.get(pk=referral.pk)
    twin.pk, twin.reference = None, "ZZ9999HE"

    with pytest.raises(IntegrityError, match="one_open_referral_to_a_service"), transaction.atomic():
        twin.save()


class TestDirectory:
    def test_a_suspension_says_why_and_its_lifting_is_kept_in_history(self, provider, manager):
        directory.suspend(provider=provider, reason="A safeguarding concern", by=manager, today=TODAY)
        with pytest.raises(directory.AlreadySuspended):
            directory.suspend(provider=provider, reason="Again", by=manager, today=TODAY)

        restored = directory.restore(provider=provider, by=manager)

        assert restored.can_be_used
        assert provider.history.filter(suspended_reason="A safeguarding concern").exists()
        with pytest.raises(directory.NotSuspended):
            directory.restore(provider=provider, by=manager)

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ({"status": "SUSPENDED"}, "suspended_provider_says_when_by_whom_and_why"),
            ({"suspended_reason": "x"}, "suspended_provider_says_when_by_whom_and_why"),
            ({"name": ""}, "provider_has_a_name"),
        ],
    )
    def test_the_database_refuses_a_provider_that_does_not_add_up(self, provider, change, constraint):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            type(provider).objects.filter(pk=provider.pk).update(**change)

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ({"price": None}, "priced_service_says_the_price"),
            ({"charge": "FREE"}, "priced_service_says_the_price"),
            ({"allows_male": False, "allows_female": False}, "service_is_for_someone"),
            ({"minimum_age": 30, "maximum_age": 20}, "service_ages_in_order"),
            ({"opens_on": TODAY, "closes_on": TODAY - timedelta(days=1)}, "service_closes_after_it_opens"),
            ({"name": ""}, "service_has_a_name"),
        ],
    )
    def test_the_database_refuses_a_service_that_does_not_add_up(self, service, change, constraint):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            type(service).objects.filter(pk=service.pk).update(**change)

    def test_two_providers_added_by_hand_do_not_share_a_name(self, provider):
        with pytest.raises(RuleBroken, match="a provider of this name already"):
            directory.add_provider(name="NORTHBRIDGE counselling", by=None, today=TODAY)

    def test_a_changed_name_is_found_by_search_at_once(self, provider, service):
        from providers.search import Sought, find

        directory.change_provider(provider=provider, name="Riverside Listening", by=service_account())

        assert [row.name for row in find(Sought(today=TODAY, words="riverside"))] == [service.name]

    def test_only_known_fields_are_changed_by_hand(self, service):
        with pytest.raises(TypeError, match="external_id"):
            directory.change_service(service=service, external_id="x", by=service_account())


@pytest.mark.django_db(transaction=True)
def test_two_practitioners_at_the_same_moment_make_one_referral(participant, service, officer, manager):
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def refer(by):
        try:
            ready.wait(timeout=10)
            services.refer(
                participant=participant, service=service, need="HEALTH", reason="x", by=by, today=TODAY, now=NOW
            )
            outcomes.append("sent")
        except services.AlreadyReferred:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=as_we_are(refer), args=[user]) for user in (officer, manager)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(outcomes) == ["refused", "sent"]
    assert Referral.objects.count() == 1
