"""The provider's page: no account, one referral, and nothing about the person that was not ticked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from people.access import restrictions
from people.messaging import sending
from people.models import AccessEvent, Message, Participant
from providers import directory, links, services, work_items
from providers.models import Referral
from tests.conftest import NOW, TODAY, service_account
from tests.worklists import waiting

pytestmark = pytest.mark.django_db
State = Referral.State


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(referral) -> str:
    return reverse("providers:referral-link", args=[links.token_for(referral)])


@pytest.fixture
def stranger() -> Client:
    return Client(enforce_csrf_checks=False)


def test_accepted_then_delivered_with_no_account(stranger, page, referral):
    assert "Can you help?" in stranger.get(page).text

    accepted = stranger.post(page, {"answer": "accept", "a-name": "Ann Helper"}, follow=True)
    assert "You accepted this" in accepted.text
    done = stranger.post(
        page,
        {
            "answer": "deliver",
            "v-delivered_on-day": "1",
            "v-delivered_on-month": "6",
            "v-delivered_on-year": "2026",
            "v-note": "All six",
        },
        follow=True,
    )

    assert "Marked as delivered on 1 June 2026" in done.text
    referral.refresh_from_db()
    assert (referral.state, referral.accepted_name, referral.delivery_note) == (
        State.DELIVERED,
        "Ann Helper",
        "All six",
    )
    assert referral.delivered_by is None


def test_declined_with_a_reason(stranger, page, referral):
    answer = stranger.post(page, {"answer": "decline", "d-reason": "FULL", "d-note": "Try in July"}, follow=True)

    assert "You declined this" in answer.text
    referral.refresh_from_db()
    assert referral.decline_words == "No space just now. Try in July"


def test_pressed_twice_is_done_once(stranger, page, referral):
    for _ in range(2):
        assert stranger.post(page, {"answer": "accept", "a-name": "Ann Helper"}).status_code in (200, 302)

    referral.refresh_from_db()
    assert referral.state == State.ACCEPTED
    assert referral.history.filter(state=State.ACCEPTED).count() == 1


@pytest.mark.parametrize("answer", ["deliver", "pay", "", "a" * 10_000])
def test_an_answer_that_was_not_asked_for_changes_nothing(stranger, page, referral, answer):
    assert stranger.post(page, {"answer": answer}).status_code == 200

    referral.refresh_from_db()
    assert referral.state == State.SENT


def test_what_was_typed_is_kept_when_something_is_missing(stranger, page):
    answer = stranger.post(page, {"answer": "decline", "d-note": "Our van broke down"})

    assert "Our van broke down" in answer.text
    assert "There is a problem" in answer.text


def test_it_shows_the_first_name_and_what_was_ticked_and_no_more(stranger, page, participant, referral):
    text = stranger.get(page).text

    assert participant.given_name in text
    assert "Mornings suit best." in text
    assert re.search(r"Age\s*</dt>\s*<dd[^>]*>\s*<bdi>22<", text)
    for secret in (
        participant.family_name,
        participant.crn,
        str(participant.phone),
        referral.reason,
        str(participant.ref),
    ):
        assert secret not in text


def test_it_shows_no_more_once_the_help_is_given(stranger, page, referral):
    services.accept(referral=referral, today=TODAY, now=NOW)
    services.mark_delivered(referral=referral, delivered_on=TODAY, today=TODAY, now=NOW)

    assert "Mornings suit best." not in stranger.get(page).text


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t[:-1],
        lambda t: t + "x",
        lambda t: ("YY" if t.startswith("ZZ") else "ZZ") + t[2:],
        lambda t: "x",
        lambda t: "é:1:2",
        lambda t: t.replace(".1:", ".2:"),
    ],
)
def test_a_link_that_was_tampered_with_is_unknown(stranger, referral, spoil):
    response = stranger.get(reverse("providers:referral-link", args=[spoil(links.token_for(referral))]))

    assert response.status_code == 404
    assert "This link does not work" in response.text


def test_a_link_is_over_after_90_days(stranger, page):
    with time_machine.travel(NOW + links.LASTS + timedelta(minutes=1), tick=False):
        response = stranger.get(page)

    assert response.status_code == 410
    assert "no longer in use" in response.text


def test_a_link_is_over_when_a_new_one_is_sent(stranger, page, referral):
    services.resend_link(referral=referral, now=NOW, by=service_account())

    assert stranger.post(page, {"answer": "accept", "a-name": "Ann"}).status_code == 410


def test_a_cancelled_referral_shows_nothing_about_the_person(stranger, page, referral, officer, participant):
    services.cancel(referral=referral, reason="MOVED", by=officer, today=TODAY, now=NOW)

    response = stranger.get(page)

    assert response.status_code == 410
    assert participant.given_name not in response.text


def test_the_page_is_not_kept_not_indexed_and_not_told_to_others(stranger, page):
    response = stranger.get(page)

    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "same-origin"
    assert "http" not in response.text.split("<main")[1].split("</main")[0]


def test_a_forged_post_from_another_site_is_refused(page):
    response = Client(enforce_csrf_checks=True).post(page, {"answer": "accept", "a-name": "Mallory"})

    assert response.status_code == 403


@pytest.mark.parametrize("name", ["\x00", "x" * 1_000_000, "<script>alert(1)</script>", "{{7*7}}", "\u202eevil"])
def test_nasty_names_are_refused_or_shown_as_they_are(stranger, page, name):
    response = stranger.post(page, {"answer": "accept", "a-name": name}, follow=True)

    assert response.status_code == 200
    assert "<script>alert(1)" not in response.text


def test_a_look_through_the_link_is_written_down(stranger, page, participant):
    stranger.get(page)

    event = AccessEvent.objects.at(participant.pk).get()
    assert (event.user, event.page) == (None, "providers:referral-link")


# --- It asks what an account is asked ----------------------------------------------------------------


def suspended(referral, manager) -> None:
    directory.suspend(provider=referral.service.provider, reason="A concern", by=manager, today=TODAY)


def restricted(referral, manager) -> None:
    restrictions.restrict(
        participant=referral.participant, users=[], reason="A threat", message="Ring Mona.", by=manager, now=NOW
    )


def left(referral, manager) -> None:
    Participant.objects.filter(pk=referral.participant_id).update(left_on=TODAY)


def merged(referral, manager) -> None:
    other = Participant.objects.exclude(pk=referral.participant_id).get()
    Participant.objects.filter(pk=referral.participant_id).update(merged_into=other, left_on=TODAY)


@pytest.mark.parametrize("happened", [suspended, restricted, left, merged])
def test_a_referral_that_no_account_could_read_is_not_read_by_a_link_either(
    happened, stranger, page, referral, manager, other_participant, participant
):
    happened(referral, manager)

    answer = stranger.get(page)
    assert answer.status_code == 410
    assert "This referral is not open to you now" in answer.text
    assert participant.given_name not in answer.text

    assert stranger.post(page, {"answer": "accept", "a-name": "Ann Helper"}).status_code == 410
    referral.refresh_from_db()
    assert referral.state == State.SENT


def test_a_link_that_waits_to_be_sent_is_not_sent_once_its_provider_is_suspended(referral, manager):
    suspended(referral, manager)
    message = Message.objects.get(dedupe_key=f"referral:{referral.pk}:link:1")

    sending.send_batch(now=NOW)

    message.refresh_from_db()
    assert (message.state, message.secret) == ("WITHDRAWN", "")


def test_a_link_to_an_open_referral_is_sent(referral):
    sending.send_batch(now=NOW)

    assert Message.objects.get(dedupe_key=f"referral:{referral.pk}:link:1").state == "SENT"


# --- A provider is suspended --------------------------------------------------------------------------


def suspend(client_as, manager, provider, **more):
    return client_as(manager).post(
        reverse("providers:provider-suspend", args=[provider.pk]), {"reason": "A concern", **more}, follow=True
    )


def test_suspending_asks_what_becomes_of_the_open_referrals(client_as, manager, referral):
    provider = referral.service.provider

    page = suspend(client_as, manager, provider).text

    assert "1 is open" in page
    assert "Enter what becomes of the open referrals" in page or "Choose what becomes of the open referrals" in page
    provider.refresh_from_db()
    assert provider.status == "ACTIVE"


def test_taken_back_each_practitioner_is_told_and_finds_it_on_their_list(client_as, manager, officer, referral):
    suspend(client_as, manager, referral.service.provider, referrals="TAKE_BACK")

    referral.refresh_from_db()
    assert (referral.state, referral.cancel_reason) == (State.CANCELLED, "SUSPENDED")
    assert "taken back" in Message.objects.filter(address=officer.email).latest("pk").body
    [line] = [item for item in waiting(work_items, officer) if item.kind == "Referral"]
    assert "was suspended, and the referral was taken back. Look for someone else" in line.reason

    services.note_ended(referral=referral, by=officer, today=TODAY)
    assert waiting(work_items, officer) == []


def test_left_to_wait_each_practitioner_decides(client_as, manager, officer, referral):
    suspend(client_as, manager, referral.service.provider, referrals="WAIT")

    referral.refresh_from_db()
    assert referral.state == State.SENT
    [line] = [item for item in waiting(work_items, officer) if item.kind == "Referral"]
    assert line.action == "Decide"


def test_with_none_open_nothing_is_asked(client_as, manager, service):
    suspend(client_as, manager, service.provider)

    service.provider.refresh_from_db()
    assert service.provider.status == "SUSPENDED"
