"""Whether what was bought helped: asked once it is paid, said once, by the person or as they said it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from budgets import corrections, helped, services
from budgets.commands import new_key
from budgets.models import Helped
from common.errors import RuleBroken
from common.postgres.actor import acting_as
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def bought(make_request, manager, payer):
    def make(what: str = "Boots", now=NOW, paid: int = 100_00, last: bool = True):
        spend = make_request(100_00, what)
        made = services.approve_request(spend=spend, reason="Yes", by=manager, now=now, key=new_key())
        services.record_payment(
            commitment=made, amount=paid, paid_on=timezone.localdate(now), payee="Shop", by=payer, now=now, last=last,
            key=new_key(),
        )  # fmt: skip
        return spend

    return make


def test_it_is_said_once_by_the_person_or_by_a_colleague_for_them(bought, participant, officer):
    spend = bought()
    made = helped.say(spend=spend, answer="A_LOT", words="I start on Monday.", by=participant.user, now=NOW)
    assert (made.by, made.get_answer_display()) == (participant.user, "It helped a lot")
    with pytest.raises(RuleBroken):
        helped.say(spend=spend, answer="NOT", by=officer, now=NOW)
    assert helped.say(spend=bought("A coat"), answer="NOT", by=officer, now=NOW).by == officer


def test_nothing_is_asked_about_what_was_not_bought(bought, make_request, manager, payer, participant):
    waits = make_request(5_00)
    given_back = services.approve_request(spend=make_request(6_00), reason="Yes", by=manager, now=NOW, key=new_key())
    services.release_commitment(commitment=given_back, by=payer, now=NOW, key=new_key())
    in_part = bought(paid=40_00, last=False)
    for spend in (waits, given_back.spend, in_part):
        with pytest.raises(helped.NothingBought):
            helped.say(spend=spend, answer="A_LOT", by=participant.user, now=NOW)
    assert list(helped.to_ask(participant, NOW)) == []


def test_it_is_asked_on_the_front_page_for_sixty_days_and_until_it_is_said(bought, participant):
    spend = bought()
    assert list(helped.to_ask(participant, NOW + timedelta(days=59))) == [spend]
    assert list(helped.to_ask(participant, NOW + timedelta(days=60))) == []
    helped.say(spend=spend, answer="A_BIT", by=participant.user, now=NOW)
    assert list(helped.to_ask(participant, NOW)) == []


def test_only_who_may_change_the_record_writes_it_for_them(bought, other_officer, volunteer):
    spend = bought()
    for user in (other_officer, volunteer):
        with acting_as(user.pk), pytest.raises(DatabaseError), transaction.atomic():
            Helped.objects.create(spend=spend, answer="A_LOT", by=user, at=NOW)


def test_the_person_is_asked_answers_and_reads_it_and_so_does_the_worker(bought, participant, officer, client_as):
    spend = bought(now=timezone.now())
    client = client_as(participant.user)
    assert "Did it help?" in client.get("/me/").content.decode()
    where = reverse("budgets:my-helped", args=[spend.pk])
    assert "Choose whether it helped" in client.post(where, {"words": "It fits."}).content.decode()
    page = client.post(where, {"answer": "A_BIT", "words": "It fits."}, follow=True).content.decode()
    assert "You said: 🙂 It helped a bit." in page
    assert "Did it help?" not in client.get("/me/").content.decode()
    detail = client_as(officer).get(reverse("budgets:request-detail", args=[spend.pk])).content.decode()
    assert "It fits." in detail


def test_a_worker_takes_down_what_they_say(bought, officer, client_as, participant):
    spend = bought()
    client = client_as(officer)
    detail = reverse("budgets:request-detail", args=[spend.pk])
    assert "Ask whether it helped" in client.get(detail).content.decode()
    page = client.post(reverse("budgets:request-helped", args=[spend.pk]), {"answer": "WORSE"}, follow=True)
    assert f"taken down by {officer.name}" in page.content.decode()
    assert "Ask whether it helped" not in page.content.decode()


def test_nothing_is_asked_about_what_came_back_whole(bought, participant, manager, payer):
    spend = bought()
    back = corrections.ask_refund(
        spend=spend, amount=100_00, happened_on=TODAY, reason="Sent back.", by=payer, now=NOW, key=new_key()
    )
    corrections.agree(correction=back, by=manager, now=NOW, key=new_key())
    assert list(helped.to_ask(participant, NOW)) == []
