"""Every act on a referral × every state it can be tried in."""

from __future__ import annotations

import pytest

from providers import services
from providers.models import Referral
from providers.services import ACTS, AlreadyEnded, NotAcceptedYet
from tests.conftest import NOW, TODAY
from tests.states import SAME, cells, outcome_of

pytestmark = pytest.mark.django_db

WHEN = {"today": TODAY, "now": NOW}


def was(*states: str) -> dict:
    return {state: (AlreadyEnded, f"This referral was {state.lower()} already.") for state in states}


ACCEPT_FIRST = NotAcceptedYet, "Accept the referral first, then mark it as delivered."
BY_CANCELLING = AlreadyEnded, "This was accepted already. Ask the person who sent it to cancel it."
TABLE = {
    "accept": {"SENT": "ACCEPTED", "ACCEPTED": SAME, "DELIVERED": SAME, **was("DECLINED", "CANCELLED")},
    "decline": {"SENT": "DECLINED", "ACCEPTED": BY_CANCELLING, "DECLINED": SAME, **was("DELIVERED", "CANCELLED")},
    "mark_delivered": {
        "SENT": ACCEPT_FIRST, "ACCEPTED": "DELIVERED", "DELIVERED": SAME, **was("DECLINED", "CANCELLED"),
    },
    "cancel": {"SENT": "CANCELLED", "ACCEPTED": "CANCELLED", "CANCELLED": SAME, **was("DECLINED", "DELIVERED")},
    "resend_link": {"SENT": "SENT", "ACCEPTED": "ACCEPTED", **was("DECLINED", "DELIVERED", "CANCELLED")},
    "note_ended": {"SENT": SAME, "ACCEPTED": SAME, "DECLINED": "DECLINED", "DELIVERED": SAME, "CANCELLED": "CANCELLED"},
}  # fmt: skip


@pytest.fixture
def acts(officer):
    return {
        "accept": lambda row: services.accept(referral=row, name="Joan", **WHEN),
        "decline": lambda row: services.decline(referral=row, reason="FULL", **WHEN),
        "mark_delivered": lambda row: services.mark_delivered(referral=row, delivered_on=TODAY, **WHEN),
        "cancel": lambda row: services.cancel(referral=row, reason="MISTAKE", by=officer, **WHEN),
        "resend_link": lambda row: services.resend_link(referral=row, now=NOW, by=officer),
        "note_ended": lambda row: services.note_ended(referral=row, by=officer, today=TODAY),
    }


WAY_TO = {
    "SENT": [],
    "ACCEPTED": ["accept"],
    "DECLINED": ["decline"],
    "DELIVERED": ["accept", "mark_delivered"],
    "CANCELLED": ["cancel"],
}


@pytest.fixture
def referral_in(referral, acts):
    def make(state: str) -> Referral:
        for act in WAY_TO[state]:
            acts[act](referral)
        referral.refresh_from_db()
        assert referral.state == state
        return referral

    return make


@cells(TABLE)
def test_each_act_on_a_referral_goes_as_the_table_says(act, state, expected, referral_in, acts):
    referral = referral_in(state)

    found = outcome_of(lambda: acts[act](referral), lambda: Referral.objects.get(pk=referral.pk).state, expected)

    assert found == expected


@pytest.mark.parametrize("act", ["resend_link", "note_ended"])
@pytest.mark.parametrize("state", Referral.State.values)
def test_what_keeps_the_state_still_leaves_its_mark_only_where_it_may(act, state, referral_in, acts):
    referral = referral_in(state)

    outcome_of(lambda: acts[act](referral), lambda: Referral.objects.get(pk=referral.pk).state, SAME)

    referral.refresh_from_db()
    assert (referral.link_version == 2) == (act == "resend_link" and state in ("SENT", "ACCEPTED"))
    assert (referral.seen_on == TODAY) == (act == "note_ended" and state in ("DECLINED", "CANCELLED"))


@cells({act: {state: SAME for state, what in row.items() if what == SAME} for act, row in TABLE.items()})
def test_an_act_that_is_done_already_tells_nobody_again(act, state, expected, referral_in, acts):
    from people.models import Message

    referral = referral_in(state)
    told, history = Message.objects.count(), referral.history.count()

    acts[act](referral)

    assert (Message.objects.count(), referral.history.count()) == (told, history)


def test_the_table_has_every_act_and_every_state():
    assert set(TABLE) == set(ACTS)
    assert all(set(row) == set(Referral.State.values) for row in TABLE.values())
