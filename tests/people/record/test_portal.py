"""The participant's own pages: who is around me, what they see, who has looked."""

from __future__ import annotations

import pytest
from django.urls import reverse

from people import services
from people.access import restrictions
from people.models import AccessEvent
from tests.conftest import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
CIRCLE, EVENTS = "/me/circle/", "/me/who-looked/"


def test_i_see_who_is_around_me(participant, member, client_as):
    page = client_as(participant.user).get(CIRCLE).content.decode()

    assert "Olive Officer is your practitioner" in page
    assert "Vera Volunteer is your volunteer" in page
    assert "My goals and steps" in page


def test_what_i_tick_is_what_they_see_from_then_on(participant, member, client_as):
    form = {"member": member.pk, f"m{member.pk}-groups": ["GOALS", "MEETINGS"]}

    answer = client_as(participant.user).post(CIRCLE, form)

    member.refresh_from_db()
    assert answer["Location"] == CIRCLE
    assert (member.may_see, member.agreed_on) == (["GOALS", "MEETINGS"], TODAY)


def test_ticking_nothing_takes_it_all_back(participant, member, client_as):
    services.share(member=member, groups=["GOALS"], today=TODAY, by=member.participant.user)

    client_as(participant.user).post(CIRCLE, {"member": member.pk})

    member.refresh_from_db()
    assert member.may_see == []


def test_i_decide_for_my_own_circle_only(other_participant, member, client_as):
    form = {"member": member.pk, f"m{member.pk}-groups": ["GOALS"]}

    answer = client_as(other_participant.user).post(CIRCLE, form)

    member.refresh_from_db()
    assert answer.status_code == 404
    assert member.may_see == []


@pytest.mark.parametrize("typed", ["", "0", "-1", "x", "9" * 40, "²", "\x00", "<script>"])
def test_a_member_that_is_none_is_not_found(typed, participant, member, client_as):
    assert client_as(participant.user).post(CIRCLE, {"member": typed}).status_code == 404


def test_a_group_that_is_none_is_refused(participant, member, client_as):
    form = {"member": member.pk, f"m{member.pk}-groups": ["EVERYTHING"]}

    answer = client_as(participant.user).post(CIRCLE, form)

    assert answer.status_code == 200
    assert "answers listed" in answer.content.decode()


def test_i_see_who_looked_in_plain_words_and_my_own_looks_are_left_out(participant, officer, other_officer, client_as):
    page = reverse("people:person-details", args=[participant.ref])
    for _ in range(2):
        client_as(officer).get(page)
    client_as(other_officer).get(page)
    me = client_as(participant.user)
    me.get(EVENTS)

    told = " ".join(me.get(EVENTS).content.decode().split())

    assert (
        "Olive Officer</bdi></strong> (practitioner) opened your record 2 times, because they are your practitioner."
        in told
    )
    assert "Stan Stranger</bdi></strong> (practitioner) tried to open your record and was stopped." in told
    assert "Jordan</bdi>" not in told


def test_who_is_kept_out_is_not_named_to_the_person(
    participant, officer, manager, other_officer, make_user, team, client_as
):
    barred = make_user("Bart Barred", "PRACTITIONER", team)
    restrictions.exclude(participant=participant, user=barred, reason="Kin", message="Ring Mona.", by=manager, now=NOW)
    page = reverse("people:person-details", args=[participant.ref])
    assert client_as(barred).get(page).status_code == 403
    client_as(other_officer).get(page)

    told = " ".join(client_as(participant.user).get(EVENTS).content.decode().split())

    assert "Bart Barred" not in told
    assert "A member of staff</bdi></strong> (practitioner) tried to open your record and was stopped." in told
    assert "Stan Stranger</bdi></strong>" in told


def test_under_a_restriction_nobody_who_is_stopped_is_named(participant, officer, manager, make_user, team, client_as):
    make_user("Bart Barred", "PRACTITIONER", team)
    restrictions.restrict(participant=participant, users=[], reason="Kin", message="Ring Mona.", by=manager, now=NOW)
    client_as(officer).get(reverse("people:person-details", args=[participant.ref]))

    told = " ".join(client_as(participant.user).get(EVENTS).content.decode().split())

    assert "Olive Officer</bdi></strong> (practitioner) tried" not in told
    assert "A member of staff</bdi></strong> (practitioner) tried" in told


def test_the_day_of_a_look_is_the_day_here(participant, officer, client_as):
    from datetime import UTC, datetime

    late = datetime(2026, 5, 31, 23, 30, tzinfo=UTC)  # half past midnight on 1 June in London
    AccessEvent.objects.create(
        at=late,
        user=officer,
        roles="PRACTITIONER",
        kind="PERSON",
        page="x",
        participants=[participant.pk],
        request_id="r",
    )

    assert "1 June 2026" in client_as(participant.user).get(EVENTS).content.decode()


def test_no_looks_yet_says_so(participant, client_as):
    assert "No one has looked yet" in client_as(participant.user).get(EVENTS).content.decode()


def test_many_looks_come_page_by_page(participant, make_user, team, client_as):
    for n in range(30):
        user = make_user(f"Nosy {n}", "PRACTITIONER", team)
        AccessEvent.objects.create(
            at=NOW,
            user=user,
            roles="PRACTITIONER",
            kind="LIST",
            page="x",
            participants=[participant.pk],
            request_id="r",
        )

    page = client_as(participant.user).get(EVENTS)

    assert page.content.decode().count("saw your name in a list") == 25
