"""What is checked of a request before anyone decides, and what stays of it; and whom nobody decides about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse

from budgets import checks, corrections, drawing, interests, rules, services, work_items
from budgets.commands import new_key
from budgets.interests import HasAnInterest, NotTheirInterest
from budgets.models import Interest, PayeeAccount, SpendRequest
from common.errors import RuleBroken
from common.postgres.actor import acting_as
from lifeplans import services as plans
from people.models import CircleMember, EligibilityReview, Enrolment, LicenceCondition, LicencePolicy, Message, Rule
from people.record import licence_policies, licences
from providers.models import Service
from tests.conftest import NOW, TODAY
from tests.providers.conftest import make_referral, make_service, outcodes, provider, referral, service  # noqa: F401
from tests.worklists import waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(manager, budget):
    """What the checks of a request say to a manager: `found(spend)` gives each sentence by what it is about."""

    def ask(spend, by=manager, **looked):
        row = checks.with_facts(SpendRequest.objects.with_person(), by=by.pk, now=NOW).get(pk=spend.pk)
        in_force = rules.MoneyRules.objects.of(budget.enrolment.programme, TODAY)
        return {each.about: each for each in checks.checks_of(row, in_force, **looked)}

    return ask


def results(said: dict) -> dict[str, str]:
    return {about: each.result for about, each in said.items()}


@pytest.fixture
def approve(manager):
    def yes(spend, by=manager):
        return services.approve_request(spend=spend, reason="Yes", by=by, now=NOW, key=new_key())

    return yes


@pytest.fixture
def agreed(goal, officer):
    """The goal is agreed."""
    return plans.agree_goal(goal=goal, by=officer, today=TODAY, now=NOW)


ALL_WELL = {
    "Programme": "WELL",
    "Goal": "WELL",
    "Paid to": "WELL",
    "Rules": "WELL",
    "Licence": "WELL",
    "Interest": "WELL",
}


def test_where_nothing_is_wrong_nothing_is_minded(agreed, make_request, found):
    assert results(found(make_request(64_00))) == ALL_WELL


def test_a_goal_that_nobody_works_on_is_minded(goal, make_request, found, officer, participant):
    spend = make_request(64_00)
    assert found(spend)["Goal"].said == "The goal is not agreed yet."
    plans.agree_goal(goal=goal, by=officer, today=TODAY, now=NOW)
    plans.pause_goal(goal=goal, note="Ill", happened_on=TODAY, by=officer, today=TODAY)
    assert found(spend)["Goal"].said == "The goal is paused."
    plans.drop_goal(goal=goal, reason="Not now", by=participant.user, today=TODAY)

    check = found(spend)["Goal"]

    assert (check.result, check.said) == ("MIND", "The goal was reached or put away since.")


def test_caps_and_purposes_that_changed_since_it_was_asked_stop_it(agreed, make_request, found, budget, manager):
    spend = make_request(64_00)
    change = {"programme": budget.enrolment.programme, "why": "So.", "by": manager, "today": TODAY, "now": NOW}
    rules.change(**change, starts_on=TODAY, allocation=2_000_00, item_cap=50_00)

    check = found(spend)["Rules"]

    assert (check.result, check.said) == ("STOP", "The most for one thing is £50. It has to be that much or less.")


def test_someone_whom_the_programme_may_not_be_for_any_more_is_minded_until_a_manager_said(
    agreed, make_request, found, budget, manager
):
    spend = make_request(64_00)
    review = EligibilityReview.objects.create(
        enrolment=budget.enrolment, found_at=NOW, said={"AGE": "Age 26; this programme is for 18 to 25."}
    )

    check = found(spend)["Programme"]

    assert check.result == "MIND"
    assert check.said == "A manager has to say whether they stay: Age 26; this programme is for 18 to 25."
    EligibilityReview.objects.filter(pk=review.pk).update(state="CLEARED", decided_at=NOW)
    assert found(spend)["Programme"].result == "WELL"


def test_the_money_that_is_there_is_said_and_stays_with_the_decision(agreed, make_request, found, approve, manager):
    spend, more = make_request(64_00), make_request(10_00)
    order = drawing.order_for(spend, TODAY)
    said = found(spend, order=order)["Money"]
    assert said.result == "WELL"
    assert said.said.startswith("£2,000 in their budget, £1,936 after it. It is the money of: ")

    approve(spend)

    kept = {each["about"]: each for each in SpendRequest.objects.get(pk=spend.pk).checked}
    assert kept["Money"] == {"about": "Money", "result": "WELL", "said": "It was there, after all that is promised."}
    assert kept["Programme"]["result"] == "WELL"
    assert found(more, order=drawing.order_for(more, TODAY))["Money"].said.startswith("£1,936 in their budget, £1,926")
    refused = services.refuse_request(spend=more, reason="No", by=manager, now=NOW, key=new_key())
    assert next(each for each in refused.checked if each["about"] == "Money")["result"] == "WELL"
    too_much = make_request(1_900_00)
    approve(make_request(1_000_00))
    refused = services.refuse_request(spend=too_much, reason="No", by=manager, now=NOW, key=new_key())
    money = next(each for each in refused.checked if each["about"] == "Money")
    assert (money["result"], money["said"]) == ("MIND", "It was not there.")


def test_what_a_fund_holds_is_read_by_who_decides_alone_before_and_after(
    agreed, make_request, approve, officer, manager, client_as
):
    spend = make_request(64_00)
    where = reverse("budgets:request-detail", args=[spend.pk])
    assert "after it. It is the money of" in client_as(manager).get(where).content.decode()
    assert "after it" not in client_as(officer).get(where).content.decode()
    approve(spend)
    assert "after it" not in client_as(officer).get(where).content.decode()


def test_a_rule_that_says_no_today_is_said_on_the_page_before_any_night(
    agreed, make_request, budget, manager, client_as
):
    spend = make_request(64_00)
    programme = budget.enrolment.programme
    Rule.objects.create(programme=programme, kind="AGE", youngest=60, oldest=70, starts_on=TODAY - timedelta(days=9))
    page = client_as(manager).get(reverse("budgets:request-detail", args=[spend.pk])).content.decode()
    assert "A manager has to say whether they stay: Age" in page


def test_who_is_not_on_the_programme_any_more_is_given_nothing(agreed, make_request, found):
    spend = make_request(64_00)
    Enrolment.objects.update(state="ENDED", ends_on=TODAY, end_reason="Moved.")
    assert found(spend)["Programme"].result == "STOP"


def test_whoever_has_to_do_with_the_provider_of_a_chosen_service_does_not_decide(
    agreed,
    make_request,
    found,
    approve,
    manager,
    make_service,  # noqa: F811
):
    spend, chosen = make_request(64_00), make_service()
    SpendRequest.objects.filter(pk=spend.pk).update(service=chosen)
    interests.say(payee=chosen.provider.name.upper(), how="I work there.", by=manager, now=NOW)
    assert found(spend)["Paid to"].result == "STOP"
    with pytest.raises(HasAnInterest):
        approve(spend)


def test_where_the_money_is_not_there_it_cannot_be_approved_so(agreed, make_request, found, approve):
    first, second = make_request(1_900_00), make_request(200_00)
    approve(first)

    check = found(second, order=drawing.order_for(second, TODAY))["Money"]

    assert (check.result, check.said) == ("STOP", "There is only £100 left, so £200 is too much.")


@pytest.mark.parametrize(
    ("price", "per", "asked", "result", "said"),
    [
        (40_00, "SESSION", 120_00, "WELL", "Talking it through costs £40 a session. This is £120."),
        (40_00, "SESSION", 130_00, "MIND", "Talking it through costs £40 a session. This is £130: ask why."),
        (64_00, "ONCE", 64_00, "WELL", "Talking it through costs £64 in all. This is £64."),
        (63_99, "ONCE", 64_00, "MIND", "Talking it through costs £63.99 in all. This is £64: ask why."),
    ],
)
def test_what_was_chosen_from_the_directory_is_compared_with_its_price(
    price,
    per,
    asked,
    result,
    said,
    agreed,
    make_request,
    found,
    make_service,  # noqa: F811
):
    spend = make_request(asked)
    SpendRequest.objects.filter(pk=spend.pk).update(service=make_service(price=price, price_unit=per))

    check = found(spend)["Listed price"]

    assert (check.result, check.said) == (result, said)


def test_a_price_that_nobody_knows_yet_is_not_compared(agreed, make_request, found, make_service):  # noqa: F811
    spend = make_request(50_00)
    SpendRequest.objects.filter(pk=spend.pk).update(service=make_service(), about_from=20_00)
    check = found(spend)["Listed price"]
    assert (check.result, check.said) == ("WELL", "Talking it through costs £40 a session.")


def test_a_chosen_service_that_cannot_be_had_or_lists_no_price_is_said(
    agreed,
    make_request,
    found,
    make_service,  # noqa: F811
):
    free = make_service(charge="ASK", price=None, price_unit="")
    spend = make_request(64_00)
    SpendRequest.objects.filter(pk=spend.pk).update(service=free)
    assert found(spend)["Listed price"].said == "Talking it through lists no price."
    Service.objects.filter(pk=free.pk).update(status="INACTIVE")
    assert found(spend)["Listed price"].result == "MIND"


def test_new_bank_details_of_who_is_paid_are_minded(agreed, make_request, found, officer, payer):
    spend = make_request(64_00)
    SpendRequest.objects.filter(pk=spend.pk).update(payee="Harbour Lettings")
    account = PayeeAccount.objects.create(
        payee="HARBOUR lettings", account_name="Harbour", sort_code="200000", account_number="55779911",
        ends_with="9911", came_by="A letter", asked_by=officer, asked_at=NOW, state="CHECKED", channel="RANG",
        spoke_to="Ann", name_check="SAME", checked_by=payer, checked_at=NOW - timedelta(days=29), usable_from=TODAY,
    )  # fmt: skip
    assert found(spend)["Paid to"].said.startswith("The bank details of Harbour Lettings are new.")
    PayeeAccount.objects.filter(pk=account.pk).update(checked_at=NOW - timedelta(days=31))
    assert found(spend)["Paid to"].result == "WELL"


def test_what_looks_prohibited_stops_until_someone_looked(agreed, make_request, found, budget, manager):
    change = {"programme": budget.enrolment.programme, "why": "So.", "by": manager, "today": TODAY, "now": NOW}
    rules.change(**change, starts_on=TODAY, allocation=2_000_00, prohibited=["ALCOHOL"])
    spend = make_request(64_00, "A beer garden bench")

    assert found(spend)["What it is"].result == "STOP"
    assert found(spend, looked=True)["What it is"].result == "MIND"


@pytest.mark.parametrize(
    ("code", "details", "said"),
    [
        ("no-gambling", "", "A condition touches money"),
        ("asset-limit", "£63.99", "Their practitioner is told before it is bought"),
        ("asset-limit", "£64", "A condition touches money"),
        ("asset-limit", "ask first", "Their practitioner is told before it is bought"),
    ],
)
def test_a_licence_condition_about_money_is_minded(
    code, details, said, agreed, make_request, found, participant, officer
):
    licence_policies.load(LicencePolicy.objects, LicenceCondition.objects)
    custody = participant.sentences.get()
    condition = licences.policy_for(custody).conditions.get(code=code)
    licences.issue(sentence=custody, chosen={condition: details}, by=officer)

    check = found(make_request(64_00))["Licence"]

    assert check.result == "MIND"
    assert said in check.said


def test_help_that_is_under_way_for_the_goal_is_minded(agreed, make_request, found, referral):  # noqa: F811
    spend = make_request(64_00)
    assert "Help already" not in found(spend)
    type(referral).objects.filter(pk=referral.pk).update(goal=agreed)

    assert referral.service.name in found(spend)["Help already"].said


@pytest.mark.parametrize(("days", "minded"), [(59, True), (61, False)])
def test_the_same_kind_of_thing_again_is_minded_for_sixty_days(days, minded, agreed, make_request, approve, found):
    before = make_request(20_00, "A first deposit")
    approve(before)
    SpendRequest.objects.filter(pk=before.pk).update(decided_at=NOW - timedelta(days=days))

    assert ("Again" in found(make_request(64_00))) is minded


@pytest.mark.parametrize(("amount", "minded"), [(50_00, False), (99_99, False), (100_00, True), (110_00, False)])
def test_a_round_sum_is_minded_from_a_hundred_pounds_on(amount, minded, agreed, make_request, found):
    assert ("Round sum" in found(make_request(amount))) is minded


@pytest.mark.parametrize(("amount", "minded"), [(94_99, False), (95_00, True), (99_99, True), (100_00, False)])
def test_a_sum_just_under_the_most_is_minded(amount, minded, agreed, make_request, found, budget, manager):
    change = {"programme": budget.enrolment.programme, "why": "So.", "by": manager, "today": TODAY, "now": NOW}
    rules.change(**change, starts_on=TODAY, allocation=2_000_00, item_cap=100_00)

    assert ("Just under" in found(make_request(amount))) is minded


@pytest.mark.parametrize(("before", "minded"), [(2, False), (3, True)])
def test_many_requests_in_few_days_are_minded(before, minded, agreed, make_request, found):
    for number in range(before):
        make_request(5_00, f"Thing {number}")

    assert ("Often" in found(make_request(64_00))) is minded


@pytest.mark.parametrize(("others", "minded"), [(2, False), (3, True)])
def test_several_people_who_ask_for_one_thing_are_minded(
    others, minded, agreed, make_request, found, make_participant, make_budget, make_goal, fund, officer
):
    for number in range(others):
        person = make_participant("Other", f"Person {number}", f"X90005{number}", lead=officer)
        budget, goal = make_budget(person, fund), make_goal(person, "I will swim")
        make_request(64_00, "Gym-card, March!", by=person.user, budget=budget, goal=goal)

    assert ("Many ask for it" in found(make_request(64_00, "gym card march"))) is minded


def test_what_was_checked_stays_with_the_decision(agreed, make_request, approve):
    spend = make_request(100_00)
    approve(spend)
    spend.refresh_from_db()
    plans.pause_goal(goal=agreed, note="Ill", happened_on=TODAY, by=agreed.plan.participant.user, today=TODAY)

    assert {each["about"]: each["result"] for each in spend.checked} == {
        **ALL_WELL, "Round sum": "MIND", "Money": "WELL",
    }  # fmt: skip
    assert all(each["said"] for each in spend.checked)


def test_the_page_shows_what_is_checked_now_and_after_the_decision_what_was(
    agreed, make_request, approve, manager, client_as
):
    spend = make_request(100_00)
    client = client_as(manager)
    before = client.get(f"/requests/{spend.pk}/").content.decode()
    approve(spend)
    after = client.get(f"/requests/{spend.pk}/").content.decode()

    assert "What is checked" in before
    assert "They are on the programme, and no decision about that waits" in before
    assert "£2,000 in their budget, £1,900 after it" in before
    assert "Ask how the price is known" in before
    assert "Ask how the price is known" in after


# --- interests -----------------------------------------------------------------------------------


def test_whoever_knows_the_person_neither_decides_nor_pays(make_request, participant, manager, payer, approve):
    spend = make_request()
    said = interests.say(participant=participant, how="A cousin", by=manager, now=NOW)
    with pytest.raises(HasAnInterest, match="You know"):
        approve(spend)
    with pytest.raises(HasAnInterest, match="You know"):
        services.refuse_request(spend=spend, reason="No", by=manager, now=NOW, key=new_key())
    set_aside = approve(spend, by=payer)
    pay = {"commitment": set_aside, "amount": 100_00, "payee": "Shop", "paid_on": TODAY, "now": NOW}
    with pytest.raises(HasAnInterest, match="You know"):
        services.record_payment(**pay, by=manager, key=new_key())
    interests.end(interest=said, by=manager, now=NOW)

    assert services.record_payment(**pay, by=manager, key=new_key()).amount == 100_00


def test_nor_agrees_to_put_their_money_right(budget, participant, manager, payer):
    asked = {"budget": budget, "amount": 1_00, "reason": "Not needed", "by": manager, "now": NOW}
    waits = corrections.ask_return(**asked, key=new_key())
    interests.say(participant=participant, how="A cousin", by=payer, now=NOW)

    with pytest.raises(HasAnInterest):
        corrections.agree(correction=waits, by=payer, now=NOW, key=new_key())
    with pytest.raises(HasAnInterest):
        corrections.refuse(correction=waits, answer="No", by=payer, now=NOW, key=new_key())
    assert "nobody else in your team may agree" in waiting(work_items, payer)[0].reason


def test_who_is_in_their_circle_knows_them_too(make_request, participant, manager, approve):
    CircleMember.objects.create(participant=participant, user=manager, relationship="FAMILY", starts_on=TODAY)

    with pytest.raises(HasAnInterest):
        approve(make_request())


def test_the_database_knows_it_too(make_request, participant, manager):
    spend = make_request()
    interests.say(participant=participant, how="A cousin", by=manager, now=NOW)

    with pytest.raises(IntegrityError, match="knows the person outside work"), transaction.atomic():
        SpendRequest.objects.filter(pk=spend.pk).update(
            state="APPROVED", decided_by=manager, decided_at=NOW, reason="Yes"
        )


def test_nobody_pays_a_payee_they_have_to_do_with(make_request, manager, payer, approve):
    set_aside = approve(make_request())
    interests.say(payee="Smith & Sons", how="My brother owns it", by=payer, now=NOW)
    pay = {"commitment": set_aside, "amount": 100_00, "paid_on": TODAY, "now": NOW, "by": payer}

    with pytest.raises(HasAnInterest, match="this payee"):
        services.record_payment(**pay, payee="SMITH and-Sons".replace(" and-", " & "), key=new_key())
    assert services.record_payment(**pay, payee="Jones", key=new_key()).payee == "Jones"


def test_it_is_on_the_other_managers_list_and_stays_on_theirs_where_there_is_none(
    make_request, participant, manager, payer
):
    make_request()
    interests.say(participant=participant, how="A cousin", by=manager, now=NOW)
    assert [item.kind for item in waiting(work_items, manager)] == []
    assert [item.kind for item in waiting(work_items, payer)] == ["Request"]
    interests.say(participant=participant, how="A neighbour", by=payer, now=NOW)

    assert "nobody in your team may decide it" in waiting(work_items, manager)[0].reason


def test_nobody_says_or_ends_an_interest_for_another(participant, manager, payer):
    said = interests.say(participant=participant, how="A cousin", by=manager, now=NOW)

    with pytest.raises(NotTheirInterest):
        interests.end(interest=said, by=payer, now=NOW)
    with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic(), acting_as(payer.pk):
        Interest.objects.create(user=manager, participant=participant, how="So", said_at=NOW)


def test_one_says_it_and_ends_it_in_the_pages(participant, officer, client_as):
    client = client_as(officer)
    about = f"/people/{participant.ref}/interests/"
    assert client.post(about, {"how": "A cousin"}).status_code == 302
    assert "A cousin" in client.get(about).content.decode()
    assert client.post("/interests/", {"payee": "Smith", "how": "My brother owns it"}).status_code == 302
    page = client.get("/interests/").content.decode()
    assert "Smith" in page
    for said in Interest.objects.all():
        assert client.post(f"/interests/{said.pk}/end/").status_code == 302

    assert not Interest.objects.current().exists()
    assert "ended on" in client.get("/interests/").content.decode()


# --- colleagues who know each other outside work ---------------------------------------------------


@pytest.mark.parametrize("says", ["who decides", "who asks"])
def test_nobody_decides_what_a_relative_of_theirs_asked_for(
    make_request, officer, manager, payer, approve, found, says
):
    spend = make_request(by=officer)
    one, other = (manager, officer) if says == "who decides" else (officer, manager)
    said = interests.say(colleague=other, how="A sister", by=one, now=NOW)

    assert found(spend)["Interest"] == checks.Check(
        "Interest", "STOP", "You know whoever asked for it outside work. Someone else decides."
    )
    with pytest.raises(HasAnInterest, match="You know a colleague"):
        approve(spend)
    with pytest.raises(HasAnInterest, match="You know a colleague"):
        services.refuse_request(spend=spend, reason="No", by=manager, now=NOW, key=new_key())
    assert found(spend, by=payer)["Interest"].result == "WELL"
    interests.end(interest=said, by=one, now=NOW)
    assert approve(spend)


@pytest.mark.parametrize("related", ["officer", "manager"])
def test_nor_pays_what_they_asked_for_or_decided(
    make_request, manager, payer, officer, third, approve, related, monkeypatch
):
    set_aside = approve(make_request(by=officer))
    interests.say(colleague={"officer": officer, "manager": manager}[related], how="A brother", by=payer, now=NOW)
    pay = {"commitment": set_aside, "amount": 100_00, "payee": "Shop", "paid_on": TODAY, "now": NOW}

    with pytest.raises(HasAnInterest, match="You know a colleague"):
        services.record_payment(**pay, by=payer, key=new_key())
    with monkeypatch.context() as without:  # the database refuses it by itself
        without.setattr(interests, "refuse_tied", lambda **_: None)
        with (
            pytest.raises(IntegrityError, match="knows a colleague outside work"),
            transaction.atomic(),
            acting_as(payer.pk),
        ):
            services.record_payment(**pay, by=payer, key=new_key())
    assert services.record_payment(**pay, by=third, key=new_key()).amount == 100_00


def test_nor_agrees_to_put_right_what_a_relative_asked_for(budget, manager, payer, third):
    asked = {"budget": budget, "amount": 1_00, "reason": "Not needed", "by": manager, "now": NOW}
    waits = corrections.ask_return(**asked, key=new_key())
    interests.say(colleague=manager, how="A sister", by=payer, now=NOW)

    with pytest.raises(HasAnInterest):
        corrections.agree(correction=waits, by=payer, now=NOW, key=new_key())
    assert [item.kind for item in waiting(work_items, payer)] == []
    assert [item.kind for item in waiting(work_items, third)] == ["Correction"]


def test_the_database_refuses_a_relatives_decision(make_request, officer, manager):
    spend = make_request(by=officer)
    interests.say(colleague=manager, how="A sister", by=officer, now=NOW)

    with pytest.raises(IntegrityError, match="knows a colleague outside work"), transaction.atomic():
        SpendRequest.objects.filter(pk=spend.pk).update(
            state="REFUSED", decided_by=manager, decided_at=NOW, reason="No"
        )


def test_what_a_relative_asked_for_is_on_another_managers_list(make_request, officer, manager, payer):
    make_request(by=officer)
    interests.say(colleague=officer, how="A sister", by=manager, now=NOW)
    assert [item.kind for item in waiting(work_items, manager)] == []
    assert [item.kind for item in waiting(work_items, payer)] == ["Request"]
    interests.say(colleague=payer, how="A cousin", by=officer, now=NOW)

    for each in (manager, payer):
        with acting_as(each.pk):  # each sees what was said of the other
            assert "nobody in your team may decide it" in waiting(work_items, each)[0].reason


def test_the_page_says_why_another_manager_decides(make_request, officer, manager, client_as):
    spend = make_request(by=officer)
    interests.say(colleague=officer, how="A sister", by=manager, now=NOW)
    page = client_as(manager).get(f"/requests/{spend.pk}/").content.decode()

    assert "You know whoever asked for it outside work. So another manager decides." in page
    assert "Your answer" not in page


def test_one_says_which_colleague_one_knows_and_they_are_told(officer, manager, client_as, client):
    page = client_as(officer)
    refused = page.post("/interests/colleague/", {"colleague": "", "how": ""}).content.decode()
    assert "Choose which colleague" in refused or "which colleague" in refused
    said = {"colleague": manager.pk, "how": "A sister"}
    assert page.post("/interests/colleague/", said).status_code == 302
    again = page.post("/interests/colleague/", said)
    assert "You have said this already" in again.content.decode()
    mine = page.get("/interests/").content.decode()
    assert manager.name in mine
    assert "It has ended" in mine

    theirs = client_as(manager).get("/interests/").content.decode()
    assert officer.name in theirs
    assert "Said by them on" in theirs
    assert "It has ended" not in theirs
    assert Message.objects.get(address=manager.email).subject == "Someone says that you know each other"


def test_of_many_interests_those_that_still_count_stand_first_and_a_page_holds_25(officer, client_as):
    ended = [Interest(user=officer, payee=f"Shop {n}", how="Mine.", said_at=NOW, ended_at=NOW) for n in range(40)]
    Interest.objects.bulk_create(ended)
    interests.say(payee="Still Mine", how="I own it.", by=officer, now=NOW - timedelta(days=9))
    page = client_as(officer).get("/interests/").text

    assert page.index("Still Mine") < page.index("Shop 39")
    assert "Shop 10<" not in page
    assert "Shop 10<" in client_as(officer).get("/interests/?page=2").text


def test_nobody_is_a_relative_of_their_own(officer):
    with pytest.raises(RuleBroken, match="someone else than yourself"):
        interests.say(colleague=officer, how="Me", by=officer, now=NOW)


@pytest.mark.parametrize(
    ("limits", "amount", "said"),
    [
        ({"manager_limit": 100_00}, 99_00, "just under what one manager decides"),
        ({"quote_from": 100_00}, 95_00, "just under the sum from which the price is shown"),
        ({"quote_from": 100_00}, 94_99, ""),
        ({"manager_limit": 99_00}, 99_00, ""),
        ({"item_cap": 100_00, "manager_limit": 100_00}, 99_00, "just under the most for one thing"),
    ],
)
def test_a_sum_just_under_any_limit_is_minded(agreed, make_request, found, rule, fund, limits, amount, said):
    rule(fund, **limits)
    check = found(make_request(amount)).get("Just under")
    assert (check.said if check else "").endswith(f"{said}." if said else "")
    assert bool(check) == bool(said)


def test_a_payee_who_is_the_person_is_minded(agreed, make_request, found, participant):
    spend = make_request(64_00)
    spend.payee = participant.name
    spend.save()
    assert found(spend)["Paid to"].result == "MIND"
    assert "to the person themselves" in found(spend)["Paid to"].said


@pytest.mark.parametrize("role", ["FINANCE", "PANEL"])
def test_finance_and_the_panel_say_which_payees_they_have_to_do_with(client_as, make_user, role):
    user = make_user("Ida Interest", role)
    client = client_as(user)
    client.post(reverse("budgets:my-interests"), {"payee": "Riverside", "how": "My sister owns it."})
    with pytest.raises(interests.HasAnInterest):
        interests.refuse_payee(user, "riverside")
    client.post(reverse("budgets:interest-end", args=[Interest.objects.get().pk]))
    interests.refuse_payee(user, "riverside")
