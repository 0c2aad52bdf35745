"""What money may not buy: its words are a hint, and whoever decides says that it is not that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from budgets import rules, services
from budgets.commands import new_key
from budgets.models import Prohibited, SpendRequest
from budgets.prohibited import WORDS, hints
from common.postgres.actor import acting_as
from tests.budgets.test_views_books import text
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(days=1)  # when requests are sent


@pytest.fixture
def never(fund, manager):
    return rules.change(
        programme=fund.programme, starts_on=YESTERDAY, why="Agreed.", by=manager, today=YESTERDAY, now=NOW,
        prohibited=["ALCOHOL", "GAMBLING"],
    )  # fmt: skip


def approve(spend, by, **said):
    return services.approve_request(spend=spend, reason="For the course.", by=by, now=NOW, key=new_key(), **said)


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("Two crates of lager", ["ALCOHOL"]),
        ("LAGERS, and a wine glass", ["ALCOHOL"]),
        ("A ginger cake and a beerless party", []),
        ("A female tutor for sales work", []),
        ("A scratch  card and cider", ["ALCOHOL", "GAMBLING"]),
        ("I will be fine. In good spirits", []),
        ("A machete", []),  # not among those asked about
    ],
)
def test_a_word_is_found_whole_in_any_case_and_number(words, kinds):
    assert [hint.kind for hint in hints(words, ["ALCOHOL", "GAMBLING", "FINES"])] == kinds


def test_every_prohibited_kind_has_its_words():
    assert set(WORDS) == set(Prohibited)
    assert all(hints(f"One {word}.", [kind])[0].word == word for kind in WORDS for word in WORDS[kind])


def test_what_looks_prohibited_is_approved_only_by_who_says_that_it_is_not(never, make_request, manager):
    spend = make_request(100_00, "Two crates of lager")
    with pytest.raises(rules.AgainstRules, match="“lager” may be alcohol"):
        approve(spend, manager)
    spend.refresh_from_db()
    assert (spend.state, spend.not_prohibited) == ("ASKED", False)
    approve(spend, manager, not_prohibited=True)
    spend.refresh_from_db()
    assert (spend.state, spend.not_prohibited) == ("APPROVED", True)


def test_without_the_rule_its_words_are_no_matter(make_request, manager):
    approve(make_request(100_00, "Two crates of lager"), manager)


def test_it_can_be_refused_as_it_is(never, make_request, manager, client_as):
    spend = make_request(100_00, "Two crates of lager")
    client_as(manager).post(reverse("budgets:request-refuse", args=[spend.pk]), {"reason": "Not for that."})
    spend.refresh_from_db()
    assert spend.state == "REFUSED"


def test_the_decider_sees_the_hint_ticks_that_it_is_not_and_that_stays_to_be_read(
    never, make_request, manager, client_as
):
    spend = make_request(100_00, "Beer mats for the bar course")
    where, to = (reverse(f"budgets:request-{name}", args=[spend.pk]) for name in ("detail", "approve"))
    other = client_as(manager)
    assert "“Beer” may be alcohol" in text(other.get(where))
    page = other.post(to, {"reason": "They are mats."})
    assert "tick that, and say why" in text(page)
    assert "They are mats." in text(page)
    other.post(to, {"reason": "They are mats.", "not_prohibited": "on"})
    assert "said that it is not what its words look like" in text(other.get(where))


def test_where_nothing_looks_prohibited_nothing_is_asked(never, make_request, manager, client_as):
    spend = make_request(100_00, "A deposit")
    page = text(client_as(manager).get(reverse("budgets:request-detail", args=[spend.pk])))
    assert "I looked" not in page


def test_whoever_asks_reads_what_it_cannot_be_and_picks_reasons(never, budget, goal, participant, client_as):
    draft = services.start_request(budget=budget, goal=goal, without_money="-", by=participant.user)
    where = reverse("budgets:ask", args=[draft.pk])
    mine = client_as(participant.user)
    assert "It cannot be: alcohol; gambling" in text(mine.get(where))
    typed = {"what": "A bus pass", "amount": "45.50", "purpose": "TRAVEL", "for_whom": "ME", "why": "To get to work."}
    mine.post(where, {**typed, "because": ["AWAY", "SAFE"]})
    spend = SpendRequest.objects.get()
    assert spend.because == ["AWAY", "SAFE"]
    assert "To stay away from old places or people" in text(mine.get(reverse("budgets:my-request", args=[spend.pk])))


def test_nobody_says_that_it_is_not_before_it_is_decided(never, make_request, participant, manager):
    spend = make_request(100_00, "Two crates of lager")
    for user in (participant.user, manager):
        with pytest.raises(DatabaseError, match="does not go that way"), acting_as(user.pk), transaction.atomic():
            SpendRequest.objects.filter(pk=spend.pk).update(not_prohibited=True)
