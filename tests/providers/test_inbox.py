"""A provider's staff with accounts: they see what is sent to them while it is open, by name, and answer it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from common.postgres.actor import acting_as
from people.models import AccessGrant
from providers import directory, services
from providers.models import Referral, Service
from tests.conftest import NOW, TODAY, service_account
from tests.people.access.test_second_wall import seen_by

pytestmark = pytest.mark.django_db
LIST = reverse("providers:our-referrals")


@pytest.fixture
def theirs(provider):
    return directory.open_accounts(provider=provider, now=NOW, by=service_account())


@pytest.fixture
def worker(make_user, theirs):
    return make_user("Win Worker", "PROVIDER", theirs)


@pytest.fixture
def refer(participant, officer):
    def send(service: Service, **fields) -> Referral:
        return services.refer(
            participant=participant, service=service, need="HEALTH", reason="Zqreason", told="Zqtold", by=officer,
            today=TODAY, now=NOW, **fields,
        )  # fmt: skip

    return send


def at(referral: Referral) -> str:
    return reverse("providers:our-referral", args=[referral.reference])


def test_they_see_what_was_ticked_and_nothing_else(worker, refer, make_service, participant, client_as):
    sent = refer(make_service(), shares=["AREA"])
    page = client_as(worker).get(at(sent)).content.decode()

    assert [word in page for word in ("Jordan", "Zqtold", participant.outcode)] == [True] * 3
    assert [word in page for word in ("Ashworth", "Zqreason", participant.crn, str(participant.phone.as_national))] == (
        [False] * 4
    )


def test_the_database_shows_them_their_own_referrals_and_the_name_alone(
    worker, refer, make_service, provider, participant, make_user
):
    other = directory.add_provider(name="Elsewhere", by=None, today=TODAY, size="MICRO")
    stranger = make_user("Una Elsewhere", "PROVIDER", directory.open_accounts(provider=other, now=NOW, by=worker))
    refer(make_service())
    elsewhere = refer(make_service("Walking", of=other))

    with acting_as(worker.pk):
        seen = set(Referral.objects.values_list("service__provider__name", flat=True))
    with acting_as(stranger.pk):
        strange = set(Referral.objects.values_list("pk", flat=True))

    assert (seen, strange) == ({provider.name}, {elsewhere.pk})
    assert (seen_by(worker, 1), seen_by(worker, 2)) == ({participant.pk}, set())


@pytest.mark.parametrize("how", ["decline", "deliver", "cancel"])
def test_they_see_the_person_no_more_once_it_has_ended(how, worker, refer, make_service, officer, client_as):
    sent, client = refer(make_service()), client_as(worker)
    before = client.get(at(sent)).status_code

    if how == "decline":
        services.decline(referral=sent, reason="FULL", today=TODAY, now=NOW)
    elif how == "cancel":
        services.cancel(referral=sent, reason="MISTAKE", by=officer, today=TODAY, now=NOW)
    else:
        services.accept(referral=sent, today=TODAY, now=NOW, name="Win")
        services.mark_delivered(referral=sent, delivered_on=TODAY, today=TODAY, now=NOW)

    assert (before, client.get(at(sent)).status_code, seen_by(worker, 1)) == (200, 404, set())


def test_one_that_ends_leaves_the_sight_of_another_that_is_open(worker, refer, make_service, participant):
    first, _ = refer(make_service()), refer(make_service("Another"))

    services.decline(referral=first, reason="FULL", today=TODAY, now=NOW)

    assert seen_by(worker, 1) == {participant.pk}


def test_accounts_opened_later_see_what_is_open_already_and_opening_twice_makes_one_team(
    refer, make_service, provider, make_user, participant
):
    refer(make_service())
    first = directory.open_accounts(provider=provider, now=NOW, by=service_account())

    assert directory.open_accounts(provider=provider, now=NOW, by=service_account()) == first
    assert AccessGrant.objects.filter(team=first, why="REFERRAL").count() == 1
    assert seen_by(make_user("Lee Later", "PROVIDER", first), 1) == {participant.pk}


def test_they_answer_with_their_own_name_and_everyone_is_told(worker, refer, make_service, participant, client_as):
    from people.models import AccessEvent, Message

    sent, client = refer(make_service()), client_as(worker)

    answer = client.post(at(sent), {"answer": "accept"})

    sent.refresh_from_db()
    assert (answer.status_code, sent.state, sent.accepted_by) == (302, "ACCEPTED", worker)
    assert Message.objects.filter(dedupe_key__startswith=f"referral:{sent.pk}:").count() == 2
    assert AccessEvent.objects.filter(user=worker, participants__contains=[participant.pk]).exists()


def test_a_refused_answer_keeps_what_was_typed(worker, refer, make_service, client_as):
    sent = refer(make_service())

    page = client_as(worker).post(at(sent), {"answer": "decline", "d-note": "Zqtyped"}).content.decode()

    sent.refresh_from_db()
    assert ("Zqtyped" in page, "error" in page, sent.state) == (True, True, "SENT")


def test_the_list_says_what_to_do_when_the_account_is_in_no_providers_team(make_user, client_as):
    page = client_as(make_user("Nat Nowhere", "PROVIDER")).get(LIST).content.decode()

    assert "Ask an administrator to give you a role" in page


def test_a_keeper_of_the_directory_lets_them_have_accounts(provider, manager, client_as):
    answer = client_as(manager).post(reverse("providers:provider-accounts", args=[provider.pk]), follow=True)

    provider.refresh_from_db()
    assert provider.team.kind == "PROVIDER"
    assert "in the team" in answer.content.decode()
