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
from tests.attacks.canaries import as_owner
from tests.conftest import NOW, TODAY, service_account
from tests.threads import as_we_are

State = Referral.State
pytestmark = pytest.mark.django_db


def link_of(referral, version: int) -> str:
    """What a link begins with; the second in which it was signed comes after."""
    return f"/{referral.reference}.{version}:"


def opened_by(words: str, referral, version: int) -> Referral:
    """The referral that the link in these words answers. A link that is not signed is refused."""
    begin = words.index(link_of(referral, version)) + 1
    return links.referral_for(words[begin : words.index("/", begin)])


def test_a_referral_is_sent_by_a_link_that_says_nothing_about_the_person(referral, participant):
    message = Message.objects.get(dedupe_key=f"referral:{referral.pk}:link:1")

    assert message.address == "hello@northbridge.example"
    assert referral.reference in message.body
    assert opened_by(message.body, referral, 1) == referral
    for secret in (participant.given_name, participant.family_name, participant.crn, referral.told, referral.reason):
        assert secret not in message.subject + message.body


def test_outside_the_demo_the_link_is_not_in_the_message_that_is_kept(make_referral, settings):
    settings.DEMO = False
    referral = make_referral()
    message = Message.objects.get(dedupe_key=f"referral:{referral.pk}:link:1")

    assert link_of(referral, 1) not in message.body
    assert opened_by(message.words, referral, 1) == referral


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

    done = services.mark_delivered(referral=referral, delivered_on=TODAY, today=TODAY, now=NOW, note="Six sessions")

    referral.refresh_from_db()
    assert done == referral
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


# --- What each act keeps, and whom it tells -------------------------------------------------------

LATER = TODAY + timedelta(days=3)


def told(referral, what: str) -> Message:
    return Message.objects.get(dedupe_key=f"referral:{referral.pk}:{what}")


def test_a_referral_keeps_all_that_was_said_of_it(make_referral, participant, service, officer, other_officer):
    plan = LifePlan.objects.create(participant=participant, started_on=TODAY, started_by=officer)
    goal = Goal.objects.create(
        plan=plan, title="Sing", words_of="PARTICIPANT", proposed_by=officer, proposed_on=TODAY, need="HEALTH",
        position=1,
    )  # fmt: skip

    made = make_referral(
        goal=goal, told="Mornings.", shares=["PHONE", "AGE", "AGE"], price=4000, sessions=6, reason="Sleeps badly"
    )

    made.refresh_from_db()
    assert (made.participant, made.service, made.goal, made.need) == (participant, service, goal, "HEALTH")
    assert (made.reason, made.told, made.shares) == ("Sleeps badly", "Mornings.", ["AGE", "PHONE"])
    assert (made.price, made.sessions, made.sent_to) == (4000, 6, "hello@northbridge.example")
    assert (made.sent_on, made.sent_by, made.state, made.link_version) == (TODAY, officer, State.SENT, 1)


@pytest.mark.parametrize("ages", [{"minimum_age": 22}, {"maximum_age": 22}, {"minimum_age": 22, "maximum_age": 22}])
def test_an_age_at_the_limit_is_within_it(make_referral, make_service, ages):
    assert make_referral(service=make_service("Just right", **ages)).state == State.SENT


def test_a_referral_with_a_number_of_sessions_that_cannot_be_is_refused(make_referral):
    with pytest.raises(RuleBroken):
        make_referral(need="LOVE")


def test_an_open_referral_stands_in_the_way_of_that_person_and_that_service_alone(
    make_referral, referral, make_service, other_participant, participant, officer, other_officer
):
    make_referral(service=make_service("Another"))
    make_referral(participant=other_participant, by=other_officer)

    with pytest.raises(services.AlreadyReferred, match="Jordan is referred to this service already"):
        make_referral()


def test_the_link_is_queued_for_the_person_it_is_about(referral, participant):
    message = told(referral, "link:1")

    assert message.participant == participant
    assert f"for {links.LASTS.days} days" in message.body
    assert message.subject == f"Referral {referral.reference}"


def test_an_answer_in_writing_is_kept_with_who_wrote_it_down(referral, officer):
    services.accept(referral=referral, today=LATER, now=NOW, by=officer)

    referral.refresh_from_db()
    assert (referral.state, referral.accepted_on, referral.accepted_by) == (State.ACCEPTED, LATER, officer)
    message = told(referral, "accepted")
    assert (message.address, message.participant) == (officer.email, referral.participant)
    assert (
        f"{referral.participant.crn}: Northbridge Counselling, referral {referral.reference}: accepted." == message.body
    )
    assert told(referral, "yes").participant == referral.participant


def test_what_is_delivered_may_be_accepted_again_without_effect(referral):
    services.accept(referral=referral, today=TODAY, now=NOW, name="Ann Helper")
    services.mark_delivered(referral=referral, delivered_on=TODAY, today=TODAY, now=NOW)

    again = services.accept(referral=referral, today=LATER, now=NOW, name="Bob")

    assert (again.state, again.accepted_name, again.accepted_on) == (State.DELIVERED, "Ann Helper", TODAY)


def test_a_no_is_kept_with_its_reason_and_twice_is_once(referral, officer):
    services.decline(referral=referral, reason="FULL", note="Until May", today=LATER, now=NOW, by=officer)

    again = services.decline(referral=referral, reason="OTHER", today=LATER, now=NOW)

    referral.refresh_from_db()
    assert (referral.state, referral.declined_on, referral.declined_by) == (State.DECLINED, LATER, officer)
    assert (referral.decline_reason, referral.decline_note, again.decline_reason) == ("FULL", "Until May", "FULL")
    assert told(referral, "declined").address == officer.email


def test_a_reason_that_is_none_is_refused(referral, officer):
    with pytest.raises(RuleBroken):
        services.decline(referral=referral, reason="BORED", today=TODAY, now=NOW)


def test_help_is_kept_with_its_day_and_may_have_been_given_before_today(referral, officer):
    services.accept(referral=referral, today=TODAY, now=NOW)

    services.mark_delivered(
        referral=referral, delivered_on=TODAY, today=LATER, now=NOW, note="Six sessions", by=officer
    )
    again = services.mark_delivered(referral=referral, delivered_on=LATER, today=LATER, now=NOW, note="Seven")

    referral.refresh_from_db()
    assert (referral.delivered_on, referral.delivered_by, referral.delivery_note) == (TODAY, officer, "Six sessions")
    assert again.delivered_on == TODAY
    assert told(referral, "delivered").address == officer.email


def test_a_cancelling_is_kept_with_its_reason_and_twice_is_once(referral, officer, manager):
    services.cancel(referral=referral, reason="MOVED", note="To Leeds", by=officer, today=LATER, now=NOW)

    again = services.cancel(referral=referral, reason="MISTAKE", by=manager, today=LATER, now=NOW)

    referral.refresh_from_db()
    assert (referral.state, referral.cancelled_on, referral.cancelled_by) == (State.CANCELLED, LATER, officer)
    assert (referral.cancel_reason, referral.cancel_note, again.cancelled_by) == ("MOVED", "To Leeds", officer)
    message = told(referral, "cancelled")
    assert (message.address, message.participant) == ("hello@northbridge.example", referral.participant)


def test_cancelling_what_went_to_no_address_tells_nobody(make_referral, officer):
    referral = make_referral(send_to="")

    services.cancel(referral=referral, reason="MOVED", by=officer, today=TODAY, now=NOW)

    assert not Message.objects.filter(dedupe_key__startswith=f"referral:{referral.pk}:").exists()


def test_a_new_link_goes_to_the_same_address_where_no_other_is_named(referral):
    services.resend_link(referral=referral, now=NOW, by=service_account())

    referral.refresh_from_db()
    assert (referral.link_version, referral.sent_to) == (2, "hello@northbridge.example")
    assert told(referral, "link:1").state == Message.State.WITHDRAWN
    assert link_of(referral, 2) in told(referral, "link:2").words


def test_a_no_is_noted_once_and_only_where_there_is_one(referral, officer, manager):
    services.note_ended(referral=referral, by=officer, today=TODAY)
    referral.refresh_from_db()
    assert (referral.seen_on, referral.seen_by) == (None, None)

    services.decline(referral=referral, reason="FULL", today=TODAY, now=NOW)
    for by, day in ((officer, TODAY), (manager, LATER)):
        assert services.note_ended(referral=referral, by=by, today=day) == referral

    referral.refresh_from_db()
    assert (referral.seen_on, referral.seen_by) == (TODAY, officer)


# --- What a provider's accounts see of a person ------------------------------------------------


@pytest.fixture
def house(provider):
    from people.models import Team

    provider.team = Team.objects.create(name="House", kind=Team.Kind.PROVIDER)
    provider.save()
    return provider.team


def seen(team) -> list[tuple]:
    from people.models import AccessGrant

    rows = AccessGrant.objects.filter(team=team).order_by("pk")
    return [(row.participant, row.why, row.level, row.starts_at, row.ends_at) for row in rows]


@pytest.mark.parametrize("end", ["decline", "cancel", "deliver"])
def test_a_provider_sees_the_name_while_the_referral_is_open(house, referral, participant, officer, end):
    assert seen(house) == [(participant, "REFERRAL", 1, NOW, None)]
    services.accept(referral=referral, today=TODAY, now=NOW) if end == "deliver" else None
    {
        "decline": lambda: services.decline(referral=referral, reason="FULL", today=TODAY, now=NOW),
        "cancel": lambda: services.cancel(referral=referral, reason="MOVED", by=officer, today=TODAY, now=NOW),
        "deliver": lambda: services.mark_delivered(referral=referral, delivered_on=TODAY, today=TODAY, now=NOW),
    }[end]()

    assert seen(house) == [(participant, "REFERRAL", 1, NOW, NOW)]


def test_while_a_second_referral_is_open_the_provider_goes_on_seeing_the_name(
    house, referral, make_referral, make_service, participant, officer
):
    make_referral(service=make_service("Another"))

    services.cancel(referral=referral, reason="MOVED", by=officer, today=TODAY, now=NOW)

    assert seen(house) == [(participant, "REFERRAL", 1, NOW, None)]


def test_another_persons_or_another_providers_referral_lets_nobody_see(
    house, referral, make_referral, make_service, participant, other_participant, officer, other_officer
):
    other = directory.add_provider(name="Elsewhere", by=None, today=TODAY)
    make_referral(service=make_service("There", of=other))
    make_referral(participant=other_participant, by=other_officer)

    services.cancel(referral=referral, reason="MOVED", by=officer, today=TODAY, now=NOW)

    assert [(person, ends) for person, _, _, _, ends in seen(house)] == [
        (participant, NOW),
        (other_participant, None),
    ]


def test_what_providers_see_of_a_person_is_put_right_from_the_referrals(
    house, referral, participant, other_participant, manager
):
    from people.models import AccessGrant

    with as_owner():
        AccessGrant.objects.filter(team=house).delete()
    services.tell_providers(participant=participant, now=NOW)
    assert seen(house) == [(participant, "REFERRAL", 1, NOW, None)]

    Referral.objects.filter(pk=referral.pk).delete()
    services.tell_providers(participant=other_participant, now=NOW)
    assert seen(house)[0][-1] is None, "another person's rows are left alone"
    services.tell_providers(participant=participant, now=NOW)

    assert seen(house) == [(participant, "REFERRAL", 1, NOW, NOW)]
    assert AccessGrant.objects.filter(participant=participant, why="TEAM", ends_at=None).exists()
