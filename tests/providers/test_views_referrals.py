"""The pages about one person's referrals, end to end."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from providers import directory, services, work_items
from providers.models import Referral
from tests.conftest import NOW, TODAY
from tests.providers.nasty import NASTY
from tests.worklists import waiting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


def refer_url(person, service) -> str:
    return reverse("providers:referral-new", args=[person.ref, service.pk])


ASKED = {
    "need": "HEALTH",
    "reason": "Sleeps badly",
    "told": "Mornings",
    "shares": ["AGE"],
    "sessions": "6",
    "price": "£240",
    "send_to": "a@b.example",
    "agreed": "on",
}


class TestReferring:
    def test_a_person_is_found_help_and_referred(self, client_as, officer, participant, service):
        client = client_as(officer)

        response = client.post(refer_url(participant, service), ASKED, follow=True)

        referral = Referral.objects.get()
        assert f"The reference is {referral.reference}" in response.text
        assert (referral.price, referral.sessions, referral.shares) == (240_00, 6, ["AGE"])
        assert referral.reference in client.get(reverse("providers:person-services", args=[participant.ref])).text

    def test_without_the_persons_agreement_nothing_is_sent(self, client_as, officer, participant, service):
        asked = {key: value for key, value in ASKED.items() if key != "agreed"}

        response = client_as(officer).post(refer_url(participant, service), asked)

        assert "agrees to this being shared" in response.text
        assert "Sleeps badly" in response.text
        assert not Referral.objects.exists()

    def test_a_refusal_is_shown_and_what_was_typed_is_kept(self, client_as, officer, manager, participant, service):
        directory.suspend(provider=service.provider, reason="A concern", by=manager, today=TODAY)

        response = client_as(officer).post(refer_url(participant, service), ASKED)

        assert "is suspended. Choose another service." in response.text
        assert "Sleeps badly" in response.text

    @pytest.mark.parametrize("nasty", NASTY)
    def test_nasty_text_is_refused_or_shown_as_it_is(self, client_as, officer, participant, service, nasty):
        for field in ("reason", "told", "price", "sessions", "send_to", "need"):
            response = client_as(officer).post(refer_url(participant, service), ASKED | {field: nasty})
            assert response.status_code in (200, 302)
            assert "<script>alert(1)" not in response.text

    @pytest.mark.parametrize(("typed", "pence"), [("1,000.50", 1000_50), ("£20", 20_00)])
    def test_money_is_read_as_people_write_it(self, client_as, officer, participant, service, typed, pence):
        client_as(officer).post(refer_url(participant, service), ASKED | {"price": typed})

        assert Referral.objects.get().price == pence

    @pytest.mark.parametrize("typed", ["NaN", "1e400", "-1", "0"])
    def test_what_is_no_sum_is_refused(self, client_as, officer, participant, service, typed):
        response = client_as(officer).post(refer_url(participant, service), ASKED | {"price": typed})

        assert response.status_code == 200
        assert not Referral.objects.exists()

    def test_staff_write_down_an_answer_given_by_telephone(self, client_as, officer, participant, make_referral):
        referral = make_referral(send_to="")
        client = client_as(officer)
        address = {"ref": participant.ref, "reference": referral.reference}
        assert "/r/" in client.get(reverse("providers:referral-detail", kwargs=address)).text

        client.post(reverse("providers:referral-accept", kwargs=address), {"name": "Ann"})
        day = {"delivered_on-day": "1", "delivered_on-month": "6", "delivered_on-year": "2026"}
        client.post(reverse("providers:referral-deliver", kwargs=address), day)

        referral.refresh_from_db()
        assert (referral.state, referral.delivered_by) == (Referral.State.DELIVERED, officer)

    def test_a_link_is_sent_again(self, client_as, officer, participant, referral):
        address = {"ref": participant.ref, "reference": referral.reference}

        client_as(officer).post(reverse("providers:referral-resend", kwargs=address), {"send_to": "new@b.example"})

        referral.refresh_from_db()
        assert (referral.link_version, referral.sent_to) == (2, "new@b.example")

    def test_a_referral_is_cancelled_with_a_reason(self, client_as, officer, participant, referral):
        address = {"ref": participant.ref, "reference": referral.reference}

        client_as(officer).post(reverse("providers:referral-cancel", kwargs=address), {"reason": "MOVED"})

        referral.refresh_from_db()
        assert (referral.state, referral.cancelled_by) == (Referral.State.CANCELLED, officer)

    def test_another_persons_referral_is_not_found_under_this_person(
        self, client_as, officer, make_participant, referral
    ):
        other = make_participant("Robin", "Other", "X100009", officer)

        url = reverse("providers:referral-detail", args=[other.ref, referral.reference])

        assert client_as(officer).get(url).status_code == 404


class TestWork:
    def items(self, user, day=TODAY):
        return waiting(work_items, user, today=day)

    def test_a_referral_just_sent_asks_nothing(self, referral, officer):
        assert self.items(officer) == []

    def test_a_provider_who_does_not_answer_is_to_be_chased(self, referral, officer, other_officer):
        day = TODAY + work_items.PATIENCE

        assert [item.action for item in self.items(officer, day)] == ["Chase"]
        assert self.items(other_officer, day) == []

    def test_a_declined_referral_leaves_the_list_when_it_is_seen(self, client_as, referral, officer, participant):
        services.decline(referral=referral, reason="FULL", today=TODAY, now=NOW)
        (item,) = self.items(officer)
        assert "no space just now" in item.reason
        assert "Take it off my list" in client_as(officer).get(reverse("home")).text

        client_as(officer).post(item.extra["seen"])

        assert self.items(officer) == []

    def test_a_suspension_on_the_way_is_to_be_decided(self, referral, officer, manager):
        directory.suspend(provider=referral.service.provider, reason="A concern", by=manager, today=TODAY)

        assert [item.action for item in self.items(officer)] == ["Decide"]
        assert [item.action for item in self.items(manager)] == ["Decide"]

    def test_the_list_is_one_query_however_long(self, make_referral, make_service, officer, django_assert_num_queries):
        for number in range(5):
            make_referral(service=make_service(f"Service {number}"))
        _ = officer.roles

        with django_assert_num_queries(2):  # one of them asks whom the officer leads
            assert len(self.items(officer, TODAY + timedelta(days=9))) == 5


class TestPortal:
    def test_the_person_sees_who_was_asked_and_what_they_know(self, client_as, participant, referral):
        text = client_as(participant.user).get(reverse("providers:my-services")).text

        assert "They have not answered yet" in text
        assert "Mornings suit best." in text
        assert referral.reason not in text

    def test_with_no_one_yet_it_says_what_to_do(self, client_as, participant):
        assert "Tell your practitioner" in client_as(participant.user).get(reverse("providers:my-services")).text
