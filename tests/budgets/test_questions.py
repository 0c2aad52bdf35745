"""A question before the decision, and a second look at an answer by someone else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from budgets import appeals, questions, services
from budgets.commands import new_key
from budgets.deciding import AlreadyDecided, OwnRequest
from budgets.models import Question, SpendRequest
from budgets.verification import differences
from budgets.work_items import items
from common.postgres.actor import acting_as
from people.access.whom import whom
from people.models import Message
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
TEXT = "Is there a second-hand one?"


def lines(user, now=NOW) -> list[str]:
    today = TODAY + (now - NOW)
    return [item.reason for item in items(user=user, whom=whom(user, today), today=today, now=now)]


def asked(spend, by, now=NOW) -> Question:
    return questions.ask(spend=spend, text=TEXT, by=by, now=now)


def refuse(spend, by, now=NOW) -> SpendRequest:
    return services.refuse_request(spend=spend, reason="Ask the council first.", by=by, now=now, key=new_key())


def again(spend, by, why="The council said no.", now=NOW) -> SpendRequest:
    return appeals.appeal(spend=spend, why=why, by=by, now=now, key=new_key())


# --- a question ------------------------------------------------------------------------------------


def test_while_it_waits_for_an_answer_it_is_on_the_workers_list_and_not_on_the_managers(make_request, manager, officer):
    spend = make_request()
    assert any("Asked for £100" in line for line in lines(manager))
    question = asked(spend, manager)
    assert not any("Asked for £100" in line for line in lines(manager))
    assert any(TEXT in line for line in lines(officer))
    assert Message.objects.filter(body__startswith=questions.ASKED).count() == 1
    questions.answer(question=question, answer="There is none.", by=officer, now=NOW)
    assert any("Asked for £100" in line for line in lines(manager))
    assert not any(TEXT in line for line in lines(officer))


def test_a_question_that_nobody_answers_comes_back_to_the_manager(make_request, manager, officer):
    asked(make_request(), manager)
    assert [line for line in lines(manager, NOW + timedelta(days=6, hours=23)) if "has no answer" in line] == []
    assert any("A question about it has no answer" in line for line in lines(manager, NOW + timedelta(days=7)))
    assert any(TEXT in line for line in lines(officer, NOW + timedelta(days=7)))


def test_a_question_is_asked_once_at_a_time_and_of_what_waits_alone(make_request, manager, payer, officer):
    spend = make_request()
    question = asked(spend, manager)
    with pytest.raises(Exception, match="waits for an answer already"):
        asked(spend, payer)
    refuse(spend, manager)
    with pytest.raises(AlreadyDecided, match="refused"):
        asked(spend, payer)
    with pytest.raises(AlreadyDecided):
        questions.answer(question=question, answer="Yes", by=officer, now=NOW)


def test_whoever_asked_for_it_asks_no_question_and_whoever_asked_the_question_gives_no_answer(make_request, manager):
    with pytest.raises(OwnRequest):
        asked(make_request(by=manager), manager)
    question = asked(make_request(20_00), manager)
    with pytest.raises(OwnRequest):
        questions.answer(question=question, answer="Mine", by=manager, now=NOW)


def test_an_answer_is_given_once(make_request, manager, officer, participant):
    question = asked(make_request(), manager)
    questions.answer(question=question, answer="No", by=participant.user, now=NOW)
    with pytest.raises(questions.AnsweredAlready):
        questions.answer(question=question, answer="Yes", by=officer, now=NOW)
    question.refresh_from_db()
    assert (question.answer, question.answered_by) == ("No", participant.user)


def test_the_person_answers_on_their_own_pages(make_request, manager, participant, client_as, officer):
    spend = make_request()
    question = asked(spend, manager)
    client = client_as(participant.user)
    home = client.get("/me/").content.decode()
    assert "There is a question" in home
    where = reverse("budgets:my-answer", args=[spend.pk, question.pk])
    assert TEXT in client.get(where).content.decode()
    assert "Enter an answer" in client.post(where, {"answer": " "}).content.decode()
    page = client.post(where, {"answer": "They are all gone."}, follow=True).content.decode()
    assert "They are all gone." in page
    detail = client_as(manager).get(reverse("budgets:request-detail", args=[spend.pk])).content.decode()
    assert "They are all gone." in detail


def test_in_the_database_too_a_manager_asks_and_someone_else_answers_once(make_request, manager, officer, payer):
    spend = make_request()

    def put(user, **said):
        with acting_as(user.pk), transaction.atomic():
            Question.objects.create(spend=spend, text="?", asked_by=user, asked_at=NOW, **said)

    for user, said in [(officer, {}), (manager, {"answer": "x", "answered_by": manager, "answered_at": NOW})]:
        with pytest.raises(DatabaseError):
            put(user, **said)
    put(manager)
    answer = {"answer": "Yes", "answered_at": NOW}
    for user in (manager, officer, payer):
        with acting_as(user.pk):
            try:
                with transaction.atomic():
                    done = Question.objects.update(**answer, answered_by=user)
            except DatabaseError:
                done = 0
        assert done == (user == officer), user


# --- a second look ---------------------------------------------------------------------------------


def test_a_no_is_looked_at_again_by_someone_else(make_request, manager, payer, participant, budget):
    first = refuse(make_request(60_00), manager)
    second = again(first, participant.user)
    assert (second.state, second.amount, second.appeals, second.why) == ("ASKED", 60_00, first, "The council said no.")
    assert not any("looked at again" in line for line in lines(manager))
    assert any("to be looked at again by someone else" in line for line in lines(payer))
    for act in (services.approve_request, services.refuse_request):
        with pytest.raises(OwnRequest, match="You gave the first answer"):
            act(spend=second, reason="Yes", by=manager, now=NOW, key=new_key())
    made = services.approve_request(spend=second, reason="Yes", by=payer, now=NOW, key=new_key())
    services.record_payment(
        commitment=made, amount=60_00, paid_on=TODAY, payee="Shop", by=manager, now=NOW, key=new_key()
    )
    assert differences() == []


def test_a_yes_in_part_is_looked_at_again_for_the_rest(make_request, manager, participant):
    spend = make_request(100_00)
    services.approve_request(spend=spend, reason="Half", granted=40_00, by=manager, now=NOW, key=new_key())
    assert again(spend, participant.user).amount == 60_00


@pytest.mark.parametrize("state", ["ASKED", "APPROVED", "WITHDRAWN"])
def test_only_a_no_or_less_than_was_asked_for_is_looked_at_again(state, make_request, manager, participant):
    spend = make_request()
    if state == "APPROVED":
        services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    elif state == "WITHDRAWN":
        services.withdraw(spend=spend, by=participant.user, now=NOW, key=new_key())
    with pytest.raises(appeals.NothingToLookAt, match="Only a no"):
        again(spend, participant.user)


def test_it_is_asked_once_within_28_days_and_two_answers_are_enough(make_request, manager, payer, participant):
    first = refuse(make_request(), manager)
    with pytest.raises(appeals.NothingToLookAt, match="within 28 days"):
        again(first, participant.user, now=NOW + timedelta(days=28, seconds=1))
    second = again(first, participant.user, now=NOW + timedelta(days=28))
    with pytest.raises(appeals.NothingToLookAt, match="already"):
        again(first, participant.user)
    refuse(second, payer, NOW + timedelta(days=28))
    second.refresh_from_db()
    with pytest.raises(appeals.NothingToLookAt, match="looked at twice"):
        again(second, participant.user, now=NOW + timedelta(days=29))


def test_what_was_taken_back_uses_up_no_second_look(make_request, manager, participant):
    first = refuse(make_request(), manager)
    services.withdraw(spend=again(first, participant.user), by=participant.user, now=NOW, key=new_key())
    assert again(first, participant.user).state == "ASKED"


def test_nobody_else_asks_for_a_second_look(make_request, manager, payer, officer):
    theirs = refuse(make_request(), manager)
    with pytest.raises(services.NotTheirRequest):
        again(theirs, officer)
    asked_by_worker = refuse(make_request(20_00, "Boots", by=officer), manager)
    assert again(asked_by_worker, officer).asked_by == officer


def test_where_no_other_manager_is_there_it_stays_on_the_list_of_the_first_and_says_so(
    make_request, manager, payer, participant
):
    payer.memberships.update(ends_on=TODAY - timedelta(days=1))
    again(refuse(make_request(), manager), participant.user)
    assert any("nobody in your team may decide it" in line for line in lines(manager))


def test_the_database_too_lets_the_first_decider_give_no_second_answer(make_request, manager, participant):
    second = again(refuse(make_request(), manager), participant.user)
    said = {"state": "REFUSED", "decided_by": manager, "decided_at": NOW, "reason": "No", "public_sentence": "No."}
    with pytest.raises(DatabaseError, match="three people"), transaction.atomic():
        SpendRequest.objects.filter(pk=second.pk).update(**said)


@pytest.mark.parametrize("change", [{"amount": 100_01}, {"appeals": "waits"}])
def test_the_database_too_looks_again_at_answers_alone_and_for_no_more(change, make_request, manager, participant):
    second = again(refuse(make_request(100_00), manager), participant.user)
    if change.get("appeals"):
        change = {"appeals": make_request(5_00)}
    with pytest.raises(DatabaseError, match="not looked at again"), transaction.atomic():
        SpendRequest.objects.filter(pk=second.pk).update(**change)


def test_the_person_asks_on_their_pages_and_reads_both_answers(make_request, manager, payer, participant, client_as):
    client = client_as(participant.user)
    now = timezone.now()  # the pages go by the clock
    first = refuse(make_request(), manager, now)
    mine = reverse("budgets:my-request", args=[first.pk])
    assert "Ask someone else to look again" in client.get(mine).content.decode()
    page = client.post(reverse("budgets:my-appeal", args=[first.pk]), {"why": "The council said no."}, follow=True)
    second = first.appeal if hasattr(first, "appeal") else SpendRequest.objects.get(appeals=first)
    assert "Someone else looks at this again" in page.content.decode()
    assert "You asked someone else to look at this again" in client.get(mine).content.decode()
    refuse(second, payer, now)
    page = client.get(reverse("budgets:my-request", args=[second.pk])).content.decode()
    assert "This was looked at twice now" in page
    assert "Ask someone else to look again" not in page


def test_the_day_of_the_answer_is_promised_and_a_late_one_is_owned(make_request, participant, client_as, monkeypatch):
    spend = make_request()
    page = client_as(participant.user).get(reverse("budgets:my-request", args=[spend.pk])).content.decode()
    assert spend.answer_by == TODAY + timedelta(days=9)  # it was asked yesterday
    SpendRequest.objects.filter(pk=spend.pk).update(asked_at=NOW - timedelta(days=400))
    late = client_as(participant.user).get(reverse("budgets:my-request", args=[spend.pk])).content.decode()
    assert "We are late, and we are sorry" in late
    assert "You will have an answer by" in page or "We are late" in page


@pytest.mark.parametrize(
    ("amount", "thing", "days", "words"),
    [
        (10_00, "BUS", 7, "Small things are answered within 7 days"),
        (1_500_00, "", 10, "It is answered within 10 days"),
        (1_500_01, "", 15, "More than £1,500 is answered within 15 days"),
    ],
)
def test_small_things_are_answered_sooner_and_large_sums_later(amount, thing, days, words, make_request):
    spend = make_request(10_00)
    spend.amount, spend.thing = amount, thing
    assert spend.answer_by == TODAY + timedelta(days=days - 1)  # it was asked yesterday
    assert spend.clock_words == words


def test_an_appeal_about_a_large_sum_has_the_clock_of_a_large_sum(make_request):
    first, again = make_request(10_00), make_request(10_00)
    first.amount, again.appeals = 2_000_00, first
    assert again.answer_by == TODAY + timedelta(days=14)


# --- what the person asks ----------------------------------------------------------------------------


def test_the_person_asks_about_it_at_any_time_and_their_worker_answers(make_request, manager, officer, participant):
    spend = refuse(make_request(), manager)
    with pytest.raises(OwnRequest):
        questions.ask_about(spend=spend, text="Why?", by=officer, now=NOW)
    asked_it = questions.ask_about(spend=spend, text="Who said no?", by=participant.user, now=NOW)
    assert f"{participant.called} asks about A deposit: Who said no?" in lines(officer)
    with pytest.raises(OwnRequest):
        questions.answer(question=asked_it, answer="x", by=participant.user, now=NOW)
    questions.answer(question=asked_it, answer="Mona. Ring me.", by=officer, now=NOW)
    assert not any("Who said no?" in line for line in lines(officer))
    assert Message.objects.filter(body__startswith=questions.ANSWERED).count() == 1


def test_what_the_person_asks_does_not_keep_the_request_from_a_manager(make_request, manager, participant, client_as):
    spend = make_request()
    questions.ask_about(spend=spend, text="By when?", by=participant.user, now=NOW)
    assert any("Asked for £100" in line for line in lines(manager))
    home = client_as(participant.user).get(reverse("portal-home")).text
    assert "By when?" not in home


def test_an_answer_leaves_the_front_page_once_it_is_read(make_request, manager, participant, officer, client_as):
    spend = refuse(make_request(), manager, now=timezone.now())
    client = client_as(participant.user)
    assert "An answer for you" in client.get(reverse("portal-home")).text
    client_as(officer).get(reverse("budgets:request-detail", args=[spend.pk]))
    assert "An answer for you" in client.get(reverse("portal-home")).text
    page = client.get(reverse("budgets:my-request", args=[spend.pk])).text
    assert "Ask about this" in page
    assert "An answer for you" not in client.get(reverse("portal-home")).text
    read_at = SpendRequest.objects.get(pk=spend.pk).answer_read_at
    client.get(reverse("budgets:my-request", args=[spend.pk]))
    assert SpendRequest.objects.get(pk=spend.pk).answer_read_at == read_at
    assert "read it on" in client_as(officer).get(reverse("budgets:request-detail", args=[spend.pk])).text


def test_the_page_to_ask_about_it(make_request, participant, client_as):
    spend, client = make_request(), client_as(participant.user)
    where = reverse("budgets:my-query", args=[spend.pk])
    assert client.get(where).status_code == 200
    assert "Enter what you want to know." in client.post(where, {"text": ""}).text
    client.post(where, {"text": "By when?"})
    page = client.get(reverse("budgets:my-request", args=[spend.pk])).text
    assert "You asked: <bdi>By when?</bdi>" in page
    assert "Ask about this" not in page
