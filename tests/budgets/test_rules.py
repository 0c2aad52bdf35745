"""Rules of a programme's money by day, who has shown commitment, and how a sum was worked out and changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from budgets import corrections, judgements, rules, services
from budgets.commands import KeyReused, new_key
from budgets.models import Budget, Correction, Judgement, JudgementAppeal, MoneyRules
from budgets.verification import differences
from budgets.work_items import items
from common.errors import RuleBroken
from common.postgres.actor import acting_as
from people.access import sign_in_changes
from people.access.whom import whom
from people.models import Assignment, Document, EligibilityReview, Enrolment, Membership, Rule, User
from people.programmes import asked_again
from people.sign_in import code_letters
from tests.budgets.conftest import money_of
from tests.budgets.test_views_books import day, text
from tests.conftest import NOW, TODAY
from tests.people.record.test_documents import a_jpeg

pytestmark = pytest.mark.django_db
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)  # requests are sent yesterday


def approve(spend, by, now=NOW):
    return services.approve_request(spend=spend, reason="Yes.", by=by, now=now, key=new_key())


def test_a_rule_counts_from_its_day_until_the_next_one(fund, rule):
    rule(fund, TODAY, item_cap=100_00)
    rule(fund, TOMORROW, item_cap=200_00)
    days = (YESTERDAY, TODAY, TOMORROW, TOMORROW + timedelta(days=400))
    of = [MoneyRules.objects.of(fund.programme, each).item_cap for each in days]
    assert of == [None, 100_00, 200_00, 200_00]


def test_of_two_rules_from_one_day_the_newer_counts(fund, rule):
    rule(fund, item_cap=100_00)
    rule(fund, item_cap=200_00)
    assert MoneyRules.objects.of(fund.programme, TODAY).item_cap == 200_00


def test_no_rule_is_set_for_a_day_that_is_over(fund, rule):
    with pytest.raises(rules.NotFromThatDay):
        rule(fund, YESTERDAY - timedelta(days=1), item_cap=1_00)


@pytest.mark.parametrize(
    ("said", "amount", "why"),
    [
        ({"item_cap": 100_00}, 100_00, ""),
        ({"item_cap": 100_00}, 100_01, "The most for one thing is £100."),
        ({"person_cap": 150_00}, 150_00, ""),
        ({"person_cap": 150_00}, 150_01, "The most for one person is £150, and £0 of it is promised or paid. £150 is"),
        ({"purposes": ["HOME", "WORK"]}, 10_00, ""),
        (
            {"purposes": ["WORK", "TRAVEL"]},
            10_00,
            "This money is not for “A home: rent, deposit, furniture”. It is for",
        ),
    ],
)
def test_the_rules_are_asked_when_it_is_sent_and_again_when_it_is_decided(
    said, amount, why, fund, rule, budget, make_request, manager
):
    waiting = make_request(amount)
    rule(fund, **said)
    if not why:
        make_request(amount, "The same")
        approve(waiting, manager)
        return
    with pytest.raises(rules.AgainstRules) as refusal:
        make_request(amount, "The same")
    assert why in str(refusal.value)
    with pytest.raises(rules.AgainstRules):
        approve(waiting, manager)
    assert money_of(budget).committed == 0


def test_what_is_promised_and_paid_counts_towards_the_most_for_one_person(
    fund, rule, budget, make_request, manager, payer
):
    rule(fund, person_cap=250_00)
    first = approve(make_request(100_00), manager)
    services.record_payment(
        commitment=first, amount=60_00, payee="Shop", paid_on=TODAY, last=False, by=payer, now=NOW, key=new_key()
    )
    waiting = make_request(150_00, "A bed")
    with pytest.raises(rules.AgainstRules, match="£100 of it is promised or paid. £150 is left"):
        make_request(150_01, "A table")
    approve(waiting, manager)


def test_an_old_decision_shows_the_rules_it_was_made_under(fund, rule, make_request, manager, client_as):
    rule(fund, item_cap=300_00)
    spend = make_request(200_00)
    approve(spend, manager)
    rule(fund, TOMORROW, item_cap=50_00)
    page = text(client_as(manager).get(reverse("budgets:request-detail", args=[spend.pk])))
    assert "£300 at most for one thing" in page
    assert "£50 at most" not in page


def test_the_sum_is_the_one_of_the_day_the_budget_is_opened(
    make_fund, rule, make_budget, participant, other_participant
):
    fund = make_fund("sum", council=9_000_00)
    rule(fund, allocation=500_00)
    budget = make_budget(participant, fund)
    assert (budget.total, budget.worked_out) == (500_00, "Everyone on Sum has £500.")
    rule(fund, allocation=700_00)
    assert make_budget(other_participant, fund).total == 700_00
    assert money_of(budget).total == 500_00


def test_more_is_given_by_two_with_a_reason_the_person_reads_and_never_above_the_most(
    fund, rule, budget, manager, payer, client_as, participant
):
    rule(fund, allocation=2_000_00, person_cap=2_300_00)
    asked = corrections.ask_more(
        budget=budget, amount=300_00, reason="The rent rose.", by=manager, now=NOW, key=new_key()
    )
    with pytest.raises(corrections.SamePerson):
        corrections.agree(correction=asked, by=manager, now=NOW, key=new_key())
    corrections.agree(correction=asked, by=payer, now=NOW, key=new_key())
    assert money_of(budget).total == 2_300_00
    page = text(client_as(participant.user).get(reverse("budgets:my-money")))
    assert "you got £300 more" in page
    assert "The rent rose." in page
    assert "of £2,300 to help" in page
    assert "Council: £1,380" in page
    with pytest.raises(rules.AgainstRules, match="they have had £2,300"):
        corrections.ask_more(budget=budget, amount=1, reason="More.", by=manager, now=NOW, key=new_key())
    assert differences() == []


def test_a_cap_that_came_between_asking_for_more_and_agreeing_counts(fund, rule, budget, manager, payer):
    asked = corrections.ask_more(budget=budget, amount=300_00, reason="The rent.", by=manager, now=NOW, key=new_key())
    rule(fund, allocation=2_000_00, person_cap=2_000_00)
    with pytest.raises(rules.AgainstRules):
        corrections.agree(correction=asked, by=payer, now=NOW, key=new_key())
    assert Correction.objects.get(pk=asked.pk).state == "ASKED"


def test_of_two_who_ask_for_more_the_second_is_not_agreed_above_the_most(fund, rule, budget, manager, payer):
    rule(fund, allocation=2_000_00, person_cap=2_300_00)
    about = {"budget": budget, "amount": 200_00, "reason": "The rent."}
    first, second = (corrections.ask_more(**about, by=manager, now=NOW, key=new_key()) for _ in range(2))
    corrections.agree(correction=first, by=payer, now=NOW, key=new_key())
    with pytest.raises(rules.AgainstRules):
        corrections.agree(correction=second, by=payer, now=NOW, key=new_key())
    assert money_of(budget).total == 2_200_00


def test_nothing_is_added_where_there_is_no_sum(make_fund, make_budget, participant, manager):
    budget = make_budget(participant, make_fund("open", "DISCRETIONARY", 0, council=500_00))
    with pytest.raises(corrections.NoSumOfTheirOwn):
        corrections.ask_more(budget=budget, amount=1, reason="More.", by=manager, now=NOW, key=new_key())


@pytest.fixture
def applying(make_fund, make_budget, participant, rule):
    fund = make_fund("trust", "APPLICATION", 0, council=500_00)
    rule(fund, needs_commitment=True)
    return make_budget(participant, fund)


def judge(budget, by, shown=True, evidence="Came to all six."):
    return judgements.judge(enrolment=budget.enrolment, shown=shown, evidence=evidence, by=by, now=NOW)


def test_whoever_applies_has_shown_commitment_first_and_the_newest_word_counts(
    applying, make_request, officer, manager
):
    with pytest.raises(rules.NoCommitmentShown):
        make_request(10_00, budget=applying)
    judge(applying, officer)
    make_request(10_00, budget=applying)
    judge(applying, manager, shown=False, evidence="Has not come since.")
    with pytest.raises(rules.NoCommitmentShown):
        make_request(10_00, "A coat", budget=applying)


def test_until_it_is_written_down_it_is_on_the_workers_list(applying, officer, participant):
    def said():
        found = items(user=officer, whom=whom(officer, TODAY), today=TODAY, now=NOW)
        return [item.action for item in found if item.person == participant and item.kind == "Budget"]

    assert said() == ["Write it down"]
    judge(applying, officer, shown=False, evidence="Not yet.")
    assert said() == []


def not_yet(user) -> list[str]:
    found = items(user=user, whom=whom(user, TODAY), today=TODAY, now=NOW)
    return [item.reason for item in found if item.kind == "Budget" and "someone else looks" in item.reason]


def test_a_not_yet_is_looked_at_by_someone_else_where_the_person_asks(
    applying, participant, officer, manager, client_as
):
    judge(applying, officer, shown=False, evidence="Has not come.")
    me, page = client_as(participant.user), reverse("budgets:my-money")
    found = Judgement.objects.get()
    where = reverse("budgets:my-judgement-appeal", args=[found.pk])
    assert where in text(me.get(page))
    assert "There is a problem" in text(me.post(where, {"why": ""}))

    me.post(where, {"why": "I was in hospital."})

    assert JudgementAppeal.objects.get().by == participant.user
    assert "They will." in text(me.get(page))
    assert "I was in hospital." in text(client_as(manager).get(reverse("budgets:person-money", args=[participant.ref])))
    assert (len(not_yet(manager)), not_yet(officer)) == (1, [])  # the officer leads them, and wrote it
    with pytest.raises(judgements.OwnJudgement):
        judge(applying, officer)
    judge(applying, manager)
    assert not_yet(manager) == []
    judge(applying, officer)  # the newest is nobody's to look at again


def test_where_a_manager_wrote_not_yet_the_worker_looks_at_it_again(applying, participant, officer, manager, client_as):
    judge(applying, manager, shown=False, evidence="Has not come.")
    where = reverse("budgets:judgement-appeal", args=[participant.ref, Judgement.objects.get().pk])

    client_as(officer).post(where, {"why": "I was in hospital."})

    assert JudgementAppeal.objects.get().by == officer
    assert (not_yet(manager), len(not_yet(officer))) == ([], 1)


def test_where_nobody_leads_them_any_manager_but_who_wrote_it_looks(applying, participant, officer, manager, payer):
    no = judge(applying, officer, shown=False)
    judgements.appeal(judgement=no, why="It is not so.", by=participant.user, now=NOW)
    Assignment.objects.filter(participant=participant).update(ends_on=TODAY - timedelta(days=1))
    assert [len(not_yet(user)) for user in (manager, payer)] == [1, 1]
    again = judge(applying, manager, shown=False)
    judgements.appeal(judgement=again, why="It is not so.", by=participant.user, now=NOW)
    assert [len(not_yet(user)) for user in (manager, payer)] == [0, 1]
    Membership.objects.filter(user=payer).update(ends_on=TODAY - timedelta(days=1))
    assert "Nobody else may" in not_yet(manager)[0]


def test_a_not_yet_that_stops_nothing_any_more_is_not_looked_at_again(applying, participant, officer):
    no = judge(applying, officer, shown=False)
    type(applying).objects.filter(pk=applying.pk).update(ended_on=TODAY)
    with pytest.raises(judgements.NothingToAppeal, match="Nothing waits"):
        judgements.appeal(judgement=no, why="It is not so.", by=participant.user, now=NOW)


def test_only_the_newest_not_yet_is_looked_at_again_and_once(applying, participant, officer, manager):
    def again(judgement):
        return judgements.appeal(judgement=judgement, why="It is not so.", by=participant.user, now=NOW)

    first = judge(applying, officer, shown=False)
    yes = judge(applying, manager)
    for judgement in (first, yes):
        with pytest.raises(judgements.NothingToAppeal):
            again(judgement)
    newest = judge(applying, officer, shown=False)
    again(newest)
    with pytest.raises(RuleBroken, match="already"):
        again(newest)


def test_by_a_way_in_that_nobody_has_confirmed_it_is_not_asked_for(applying, participant, officer, manager):
    no = judge(applying, officer, shown=False)
    code_letters.give(participant=participant, by=officer, now=NOW)
    letter = participant.sign_in_changes.get(kind="LETTER")
    by = User.objects.get(pk=participant.user_id)
    by.unconfirmed_way = letter
    with pytest.raises(sign_in_changes.NotWithThis):
        judgements.appeal(judgement=no, why="It is not so.", by=by, now=NOW)
    sign_in_changes.confirm(change=letter, by=manager, now=NOW)
    judgements.appeal(judgement=no, why="It is not so.", by=by, now=NOW)  # the page had read that it waits
    assert JudgementAppeal.objects.get().by == by


def test_whoever_was_not_asked_to_leave_it_to_another_judges_again(
    applying, participant, officer, make_budget, other_participant, fund
):
    no = judge(applying, officer, shown=False)
    other = judge(make_budget(other_participant, fund), officer, shown=False)
    JudgementAppeal.objects.create(judgement=other, why="It is not so.", by=officer, at=NOW)

    assert judge(applying, officer, shown=False).pk > no.pk


def test_a_not_yet_of_a_programme_that_ended_is_not_looked_at_again(applying, participant, officer):
    no = judge(applying, officer, shown=False)
    type(applying.enrolment).objects.filter(pk=applying.enrolment_id).update(
        state="ENDED", ends_on=TODAY, end_reason="Moved."
    )
    no.enrolment.refresh_from_db()
    with pytest.raises(judgements.NothingToAppeal, match="has ended"):
        judgements.appeal(judgement=no, why="It is not so.", by=participant.user, now=NOW)


def test_the_worker_writes_it_down_and_the_person_reads_it(applying, participant, officer, client_as):
    mine = reverse("budgets:my-money")
    assert "Before you ask" in text(client_as(participant.user).get(mine))
    where = reverse("budgets:judge", args=[participant.ref, applying.pk])
    page = client_as(officer).post(where, {"shown": "yes", "evidence": ""})
    assert "There is a problem" in text(page)
    client_as(officer).post(where, {"shown": "yes", "evidence": "Came to all six meetings."})
    assert Judgement.objects.get().by == officer
    page = text(client_as(participant.user).get(mine))
    assert "Came to all six meetings." in page
    assert "Ask for something" in page


def test_what_was_written_of_rules_and_commitment_stays(applying, officer, manager, fund, rule):
    rule(fund, item_cap=1_00)
    judge(applying, officer)
    for user, rows in ((manager, MoneyRules.objects), (officer, Judgement.objects)):
        with pytest.raises(DatabaseError, match="permission denied"), acting_as(user.pk), transaction.atomic():
            rows.all().delete()


def test_the_managers_of_a_programme_set_its_rules_and_no_others(fund, manager, unit, client_as, make_user):
    where = reverse("budgets:rules-change", args=[fund.pk])
    typed = {
        "allocation": "1,500", "item_cap": "", "person_cap": "2,000", "purposes": ["HOME"], "why": "Agreed in May.",
        "kept_for_more": "4", "panel_quorum": "3", "first_step": "10", **day("starts_on", TODAY + timedelta(days=9999)),
    }  # fmt: skip
    assert client_as(manager).get(where).status_code == 403
    fund.programme.owning_areas.add(unit)
    page = client_as(manager).post(where, typed, follow=True)
    assert "The rules are set." in text(page)
    made = MoneyRules.objects.get()
    assert (made.allocation, made.person_cap, made.purposes, made.made_by) == (1_500_00, 2_000_00, ["HOME"], manager)
    assert (made.own_limits, made.kept_for_more) == ([10_00], 4)
    assert "Agreed in May." in text(page)
    page = client_as(manager).post(where, {**typed, "allocation": "3,000"})
    assert "cannot be above the most for one person" in text(page)


def test_before_a_budget_is_opened_its_sum_and_whose_money_it_is_are_shown(fund, participant, manager, client_as):
    from people.models import Enrolment

    enrolment = Enrolment.objects.create(
        participant=participant, programme=fund.programme, state="ENROLLED", asked_on=TODAY, asked_by=manager,
        starts_on=TODAY,
    )  # fmt: skip
    where = reverse("budgets:budget-open", args=[participant.ref, enrolment.pk])
    page = text(client_as(manager).get(where))
    assert "Council: £1,200" in page
    assert "Everyone on Youth has £2,000." in page
    assert not hasattr(enrolment, "budget")
    client_as(manager).post(where)
    enrolment.refresh_from_db()
    assert money_of(enrolment.budget).available == 2_000_00


def price(name: str = "offer.jpg") -> tuple[str, bytes]:
    return name, a_jpeg()


@pytest.mark.parametrize(("amount", "needed"), [(99_99, False), (100_00, True)])
def test_from_a_sum_on_the_price_is_shown(amount, needed, rule, fund, budget, goal, participant):
    rule(fund, quote_from=100_00)
    draft = services.start_request(budget=budget, goal=goal, without_money="-", by=participant.user)
    asked = {"what": "A bike", "purpose": "TRAVEL", "for_whom": "ME", "why": "For work.", "by": participant.user}
    asked |= {"spend": draft, "amount": amount, "now": NOW, "key": "ask"}

    if needed:
        with pytest.raises(rules.AgainstRules, match="From £100 on, add a picture or PDF of the price"):
            services.ask(**asked)
        asked["quote"] = price()
    spend = services.ask(**asked)

    assert (spend.quote is not None) == needed
    assert services.ask(**asked) == spend
    assert Document.objects.count() == needed
    if needed:
        assert (spend.quote.title, spend.quote.shared_with_person) == ("Price: A bike", True)
        with pytest.raises(KeyReused):
            services.ask(**{**asked, "quote": ("offer.jpg", a_jpeg() + b" ")})


@pytest.mark.parametrize(("amount", "needed"), [(99_99, False), (100_00, True)])
def test_from_a_sum_on_a_payment_names_its_invoice_by_the_rules_of_the_decision(
    amount, needed, rule, fund, make_request, manager, payer, client_as
):
    rule(fund, bill_from=100_00)
    found = services.approve_request(spend=make_request(200_00), reason="Yes", by=manager, now=NOW, key=new_key())
    rule(fund, TODAY + timedelta(days=1), bill_from=1_00)
    asked = {"commitment": found, "amount": amount, "payee": "Mill Shoes", "paid_on": TODAY, "by": payer, "now": NOW}
    page = client_as(payer).get(reverse("budgets:pay", args=[found.pk])).text
    assert "From £100 on it is needed" in page

    if needed:
        with pytest.raises(services.NoBill, match="From £100 on, enter the number"):
            services.record_payment(**asked, key=new_key())
        asked["invoice"] = "77"
    assert services.record_payment(**asked, key=new_key()).amount == amount


def test_who_asks_in_the_pages_shows_the_price_and_who_decides_sees_it(
    rule, fund, budget, goal, participant, manager, officer, client_as
):
    rule(fund, quote_from=10_00)
    draft = services.start_request(budget=budget, goal=goal, without_money="-", by=participant.user)
    asked = {"what": "A bike", "amount": "64", "purpose": "TRAVEL", "for_whom": "ME", "why": "For work."}
    person, address = client_as(participant.user), f"/me/requests/{draft.pk}/write/"
    page = person.post(address, asked).content.decode()
    assert "From £10 on, add a picture or PDF of the price." in page
    assert "A bike" in page
    file = SimpleUploadedFile("offer.jpg", a_jpeg(), "image/jpeg")

    assert person.post(address, asked | {"quote": file}).status_code == 302

    draft.refresh_from_db()
    page = client_as(manager).get(f"/requests/{draft.pk}/").content.decode()
    assert f"/documents/{draft.quote_id}/" in page
    first = {"goal": goal.pk, "without_money": "Nobody can."}
    file = SimpleUploadedFile("offer.jpg", a_jpeg(), "image/jpeg")
    address = f"/people/{participant.ref}/money/{budget.pk}/ask/"
    assert client_as(officer).post(address, {**first, **asked, "quote": file}).status_code == 302
    assert Document.objects.filter(added_by=officer).count() == 1


def test_a_decision_shows_the_rules_that_there_were_and_not_those_made_later_that_day(
    rule, fund, make_request, manager, client_as
):
    rule(fund, item_cap=300_00)
    spend = make_request(100_00)
    services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    rules.change(
        programme=fund.programme, starts_on=TODAY, item_cap=200_00, why="Agreed.", by=manager, today=TODAY,
        now=NOW + timedelta(hours=1),
    )  # fmt: skip
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        page = client_as(manager).get(reverse("budgets:request-detail", args=[spend.pk])).text
    assert "£300 at most for one thing" in page
    assert "£200 at most for one thing" not in page


def test_a_budget_is_not_opened_for_someone_whom_the_programme_is_not_for_on_the_day(
    fund, make_user, participant, manager, client_as, make_budget
):
    programme, born = fund.programme, participant.date_of_birth
    Rule.objects.create(programme=programme, kind="AGE", youngest=18, oldest=25, starts_on=date(2020, 1, 1))
    enrolled = Enrolment.objects.create(
        participant=participant, programme=programme, state="ENROLLED", starts_on=TODAY, asked_on=TODAY,
        asked_by=participant.assignments.get().practitioner,
    )  # fmt: skip
    type(participant).objects.filter(pk=participant.pk).update(date_of_birth=date(born.year - 40, 6, 1))
    where = reverse("budgets:budget-open", args=[participant.ref, enrolled.pk])
    client = client_as(manager)

    page = text(client.get(where))
    assert "First a manager decides whether they stay" in page
    assert "Open it" not in page
    opening = {"enrolment": Enrolment.objects.get(), "today": TODAY, "by": manager, "now": NOW}
    with pytest.raises(services.NotForThem, match="this programme is for 18 to 25"):
        services.open_budget(**opening, key=new_key())
    stale = text(client.post(where))  # as it was drawn before the day
    assert "this programme is for 18 to 25" in stale
    ask_first = reverse("budgets:budget-ask-first", args=[participant.ref, enrolled.pk])
    assert ask_first in page
    Enrolment.objects.update(state="ENDED", ends_on=TODAY, end_reason="Moved.")
    assert "not on this programme any more" in text(client.post(ask_first, follow=True))
    assert not EligibilityReview.objects.exists()
    Enrolment.objects.update(state="ENROLLED", ends_on=None, end_reason="")
    for _ in "twice":
        client.post(ask_first)
    review = EligibilityReview.objects.get()
    assert (review.state, list(review.said)) == ("OPEN", ["AGE"])
    assert not Budget.objects.exists()
    waits = text(client.get(where))
    assert "It has been on the managers’ list since" in waits
    assert ask_first not in waits
    assert reverse("people:enrolment-again", args=[participant.ref, enrolled.pk]) in waits
    Enrolment.objects.update(asked_by=manager)
    assert "So another manager decides" in text(client.get(where))
    Enrolment.objects.update(asked_by=enrolled.asked_by)

    asked_again.let_stay(review=review, reason="He began at 25.", seen=["AGE"], by=manager, now=timezone.now())

    client.post(where)
    assert Budget.objects.get().enrolment == enrolled
