"""The panel: what it reads, who votes, what it decides, and what stops it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from budgets import deciding, interests, panels, services
from budgets.commands import new_key
from budgets.models import PanelCase, PanelMember, PanelQuestion, PanelVote, SpendRequest
from budgets.verification import differences
from budgets.work_items import items
from common.errors import RuleBroken
from common.postgres.actor import acting_as
from people.access.whom import whom
from people.models import AccessEvent, Membership, Message
from tests.budgets.conftest import money_of
from tests.conftest import NOW, TODAY
from tests.people.record.test_documents import a_jpeg
from tests.providers.conftest import make_service, outcodes, provider  # noqa: F401

pytestmark = pytest.mark.django_db
ASKED = 500_00


@pytest.fixture
def above(fund, rule):
    return rule(fund, manager_limit=100_00)


@pytest.fixture
def members(make_user, fund, manager):
    """Four on the panel; the first of them has lived experience."""

    def put(name: str, lived: bool):
        user = make_user(name, "PANEL")
        panels.add(
            programme=fund.programme, user=user, lived_experience=lived, starts_on=TODAY - timedelta(days=9),
            by=manager, now=NOW,
        )  # fmt: skip
        return user

    return [put("Lee Lived", True), put("Una Usual", False), put("Ola Other", False), put("Fay Fourth", False)]


@pytest.fixture
def case(above, members, make_request, manager):
    return send(make_request(ASKED, "A laptop"), manager)


def send(spend, by, **over) -> PanelCase:
    said = {"what": "A laptop", "goal": "To finish a course", "why": "The library closes at five.", "now": NOW}
    return panels.send(spend=spend, by=by, **{**said, **over})


def of_managers(user) -> list[str]:
    return [item.reason for item in items(user=user, whom=whom(user, TODAY), today=TODAY, now=NOW)]


def test_a_member_asks_before_they_vote_and_all_of_them_read_the_answer(
    case, members, manager, payer, participant, client_as
):
    lee, una, *_ = members
    where = reverse("budgets:panel-question", args=[case.pk])
    assert "There is a problem" in client_as(lee).post(where, {"text": ""}).content.decode()
    client_as(lee).post(where, {"text": "Is there one at the library?"})
    asked = PanelQuestion.objects.get()
    assert f"The panel asks about A laptop: {asked.text}" in of_managers(payer)
    answer = reverse("budgets:panel-answer", args=[case.spend_id, asked.pk])
    page = client_as(payer).post(answer, {"answer": f"No, {participant.given_name} has asked."}).content.decode()
    assert "has a name in it" in page

    client_as(payer).post(answer, {"answer": "No, they have none."})

    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == ("No, they have none.", payer)
    assert not any("The panel asks" in line for line in of_managers(payer))
    assert Message.objects.filter(subject="Your question was answered").count() == 1
    for reader, page in (
        (una, reverse("budgets:panel-case", args=[case.pk])),
        (participant.user, reverse("budgets:my-request", args=[case.spend_id])),
        (manager, reverse("budgets:request-detail", args=[case.spend_id])),
    ):
        said = client_as(reader).get(page).content.decode()
        assert "Is there one at the library?" in said
        assert "No, they have none." in said
        assert lee.name not in said
    with pytest.raises(deciding.AlreadyDecided, match="answered already"):
        panels.answer_question(question=asked, answer="Again.", by=payer, now=NOW)


def test_who_may_not_vote_asks_nothing_and_who_asked_does_not_answer(case, members, make_user, manager, payer):
    with pytest.raises(panels.MayNotVote):
        panels.ask(case=case, text="Who is it?", by=make_user("Not Onit", "PANEL"), now=NOW)
    asked = panels.ask(case=case, text="Which one?", by=members[0], now=NOW)
    with pytest.raises(deciding.OwnRequest):
        panels.answer_question(question=asked, answer="This.", by=members[0], now=NOW)


def test_once_the_panel_has_answered_nobody_waits_for_a_question(case, members, payer):
    asked = panels.ask(case=case, text="Which one?", by=members[0], now=NOW)
    votes(case, members, ASKED, ASKED, ASKED, ASKED)
    with pytest.raises(deciding.AlreadyDecided, match="answered by now"):
        panels.answer_question(question=asked, answer="This.", by=payer, now=NOW)
    assert not any("The panel asks" in line for line in of_managers(payer))


def test_the_panel_reads_who_sells_it_and_whether_the_price_was_shown(above, members, make_request, manager, client_as):
    spend = make_request(ASKED, "A laptop")
    SpendRequest.objects.filter(pk=spend.pk).update(payee="Harbour Computers")
    start = client_as(manager).get(reverse("budgets:panel-send", args=[spend.pk])).context["form"].initial
    assert start["seller"] == "Harbour Computers"
    with pytest.raises(deciding.NamesSomeone):
        send(spend, manager, seller=f"The {spend.person.family_name} shop")

    case = send(spend, manager, seller="Harbour Computers")

    page = client_as(members[0]).get(reverse("budgets:panel-case", args=[case.pk])).content.decode()
    assert "Harbour Computers" in page
    assert "Nobody has shown a picture of it" in page
    PanelCase.objects.filter(pk=case.pk).update(price_shown=True)
    page = client_as(members[0]).get(reverse("budgets:panel-case", args=[case.pk])).content.decode()
    assert "It was shown on a picture" in page


def test_whoever_has_to_do_with_the_payee_does_not_vote(above, members, make_request, manager):
    spend = make_request(ASKED, "A laptop")
    SpendRequest.objects.filter(pk=spend.pk).update(payee="Harbour Computers")
    spend.refresh_from_db()
    interests.say(payee="HARBOUR computers", how="My brother's.", by=members[1], now=NOW)
    case = send(spend, manager)
    with pytest.raises(panels.MayNotVote):
        panels.vote(case=case, amount=ASKED, reason="Yes.", by=members[1], now=NOW)
    panels.vote(case=case, amount=ASKED, reason="Yes.", by=members[0], now=NOW)


def test_whoever_has_to_do_with_the_provider_of_the_chosen_service_does_not_vote(
    above,
    members,
    make_request,
    manager,
    make_service,  # noqa: F811
):
    spend, chosen = make_request(ASKED, "A course"), make_service()
    SpendRequest.objects.filter(pk=spend.pk).update(service=chosen)
    spend.refresh_from_db()
    interests.say(payee=chosen.provider.name, how="I work there.", by=members[1], now=NOW)
    may = {each.user_id for each in panels.who_may_vote(spend, NOW)}
    assert may == {member.pk for member in members} - {members[1].pk}
    case = send(spend, manager, seller="Harbour Computers")
    interests.say(payee="Harbour Computers", how="My brother's.", by=members[2], now=NOW)
    with pytest.raises(panels.MayNotVote):
        panels.vote(case=case, amount=ASKED, reason="Yes.", by=members[2], now=NOW)


def test_a_small_thing_for_the_panel_is_not_due_before_it_was_asked(above, members, make_request, manager):
    spend = make_request(ASKED, "Boots")
    SpendRequest.objects.filter(pk=spend.pk).update(thing="BOOTS", about_from=0)
    found = items(user=manager, whom=whom(manager, TODAY), today=TODAY, now=NOW)
    due = next(item.due for item in found if item.action == "Send it")
    assert due == timezone.localdate(spend.asked_at)


def votes(case, users, *sums, now=NOW) -> SpendRequest:
    for user, pence in zip(users, sums, strict=False):
        panels.vote(case=case, amount=pence, reason=f"It is worth {pence}.", by=user, now=now)
    return SpendRequest.objects.get(pk=case.spend_id)


def lines(user, now=NOW) -> list[str]:
    today = TODAY + (now - NOW)
    return [item.reason for item in items(user=user, whom=whom(user, today), today=today, now=now)]


# --- what it decides -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sums", "granted"),
    [
        ((ASKED, ASKED, ASKED, ASKED), ASKED), ((ASKED, ASKED, ASKED, 0), ASKED), ((ASKED, ASKED, 0, 0), 0),
        ((ASKED, ASKED, 200_00, 0), 200_00), ((ASKED, 300_00, 200_00, 100_00), 200_00), ((0, 0, 0, ASKED), 0),
    ],
)  # fmt: skip
def test_the_answer_is_the_largest_sum_that_more_than_half_would_give(sums, granted, case, members, manager):
    spend = votes(case, members, *sums)
    case.refresh_from_db()
    assert (spend.state, spend.granted or 0) == ("APPROVED" if granted else "REFUSED", granted)
    assert (case.granted, case.closed_at) == (granted, NOW)
    assert spend.decided_by_panel == sorted([manager.pk, *(user.pk for user in members)])
    assert (spend.decided_by, spend.decider) == (None, "the panel")
    assert differences() == []


def test_a_yes_sets_the_money_aside_and_the_person_reads_why_without_a_name(case, members, budget, participant):
    spend = votes(case, members, ASKED, ASKED, 100_00, 0)
    assert money_of(budget).committed == 100_00
    assert spend.reason.startswith("4 people voted: 2 for all of it, 1 for less, 1 against it.")
    assert "“It is worth 0.”" in spend.reason
    assert not any(user.name in spend.reason for user in members)
    assert Message.objects.filter(dedupe_key=f"request:{spend.pk}:answer").exists()


def test_until_everyone_has_voted_it_waits_for_the_last_day(case, members):
    assert votes(case, members[:3], ASKED, ASKED, ASKED).state == "ASKED"
    assert panels.settle_due(now=NOW + timedelta(days=7)) == 0
    assert panels.settle_due(now=NOW + timedelta(days=8)) == 1
    assert SpendRequest.objects.get(pk=case.spend_id).granted == ASKED


@pytest.mark.parametrize("voting", [slice(0, 2), slice(1, 4)], ids=["too few", "nobody with lived experience"])
def test_without_votes_enough_it_is_on_the_managers_list_until_there_are(voting, case, members, manager):
    votes(case, members[voting], ASKED, ASKED, ASKED)
    later = NOW + timedelta(days=8)
    assert panels.settle_due(now=later) == 0
    assert not any("panel" in line for line in lines(manager, NOW + timedelta(days=7)))
    assert any("needs more, or one of someone with lived experience" in line for line in lines(manager, later))
    rest = [user for user in members if not PanelVote.objects.filter(member=user).exists()]
    assert votes(case, rest, ASKED, now=later).state == "APPROVED"


def test_rules_may_ask_for_fewer_votes_and_no_lived_experience(case, members, fund, rule):
    rule(fund, manager_limit=100_00, panel_quorum=2, panel_lived=False)
    votes(case, members[1:3], ASKED, ASKED)
    assert panels.settle_due(now=NOW + timedelta(days=8)) == 1


def test_a_yes_that_cannot_be_carried_out_is_said_and_tried_again(case, members, budget, make_request, manager, payer):
    for what in "abcdefghijklmnopq":
        services.approve_request(spend=make_request(100_00, what), reason="Yes", by=manager, now=NOW, key=new_key())
    spend = votes(case, members, ASKED, ASKED, ASKED, ASKED)
    case.refresh_from_db()
    assert (spend.state, case.closed_at) == ("ASKED", None)
    assert "There is only £300 left" in case.problem
    assert any("The panel has voted about A laptop" in line for line in lines(manager))
    last = SpendRequest.objects.get(what="q")
    services.release_commitment(commitment=last.commitment, by=payer, now=NOW, key=new_key())
    last = SpendRequest.objects.get(what="p")
    services.release_commitment(commitment=last.commitment, by=payer, now=NOW, key=new_key())
    assert panels.settle_due(now=NOW + timedelta(days=1)) == 1
    case.refresh_from_db()
    assert (case.granted, case.problem) == (ASKED, "")


# --- who votes -------------------------------------------------------------------------------------


def test_nobody_votes_twice_or_for_more_than_was_asked_for(case, members):
    votes(case, members, ASKED)
    with pytest.raises(RuleBroken, match="has voted already"):
        votes(case, members, 0)
    with pytest.raises(deciding.MoreThanAsked):
        votes(case, members[1:], ASKED + 1)


def test_whoever_is_not_on_the_panel_or_left_it_or_its_role_does_not_vote(case, members, make_user, manager):
    other_role = members[2]
    other_role.memberships.update(ends_on=TODAY - timedelta(days=1))
    left = PanelMember.objects.get(user=members[1])
    panels.leave(member=left, by=manager, today=TODAY - timedelta(days=1))
    for user in (members[1], make_user("Not On", "PANEL"), manager, other_role):
        with pytest.raises(panels.MayNotVote):
            votes(case, [user], ASKED)


def test_whoever_knows_the_person_does_not_vote_and_is_not_waited_for(case, members, participant):
    interests.say(by=members[3], participant=participant, how="A cousin", now=NOW)
    with pytest.raises(panels.MayNotVote):
        votes(case, members[3:], ASKED)
    assert votes(case, members[:3], ASKED, ASKED, 0).granted == ASKED


def test_a_vote_of_someone_who_says_later_that_they_know_the_person_counts_no_more(case, members, participant):
    votes(case, members[2:], 0, 0)
    interests.say(by=members[3], participant=participant, how="A cousin", now=NOW)
    spend = votes(case, members[:2], ASKED, ASKED)
    assert (spend.granted, "3 people voted" in spend.reason) == (ASKED, True)


@pytest.fixture
def from_worker(above, members, make_request, manager, officer):
    return send(make_request(ASKED, "A laptop", by=officer), manager)


def test_nor_does_whoever_knows_who_asks_outside_work(from_worker, members, officer):
    case = from_worker
    interests.say(by=officer, colleague=members[3], how="A sister", now=NOW)
    with pytest.raises(panels.MayNotVote):
        votes(case, members[3:], ASKED)
    with pytest.raises(DatabaseError), transaction.atomic(), acting_as(members[3].pk):
        PanelVote.objects.create(case=case, member=members[3], amount=ASKED, reason="Yes", at=NOW, by=members[3])
    assert votes(case, members[:3], ASKED, ASKED, 0).granted == ASKED


def test_nor_does_a_vote_count_of_whoever_says_so_later(from_worker, members, officer):
    case = from_worker
    votes(case, members[2:], 0, 0)
    interests.say(by=members[3], colleague=officer, how="A sister", now=NOW)
    spend = votes(case, members[:2], ASKED, ASKED)
    assert (spend.granted, "3 people voted" in spend.reason) == (ASKED, True)


def test_who_stands_aside_is_not_counted(case, members):
    panels.stand_aside(case=case, by=members[3], now=NOW)
    spend = votes(case, members[:3], ASKED, 0, ASKED)
    assert (spend.granted, "3 people voted" in spend.reason) == (ASKED, True)


def test_nobody_who_sent_it_voted_or_wrote_votes_down_pays_it(
    above, members, make_request, manager, payer, make_user, team
):
    writer = make_user("Wanda Writer", "MANAGER", team)
    case = send(make_request(ASKED), manager)
    written(case, members[0], writer)
    members = members[1:]
    spend = votes(case, members, ASKED, ASKED, 0)
    voter = members[2]
    Membership.objects.create(user=voter, role="MANAGER", team=team, starts_on=TODAY)
    paying = {"commitment": spend.commitment, "amount": 5_00, "paid_on": TODAY, "payee": "Shop", "now": NOW}
    for hand in (voter, writer, manager):
        with pytest.raises(deciding.OwnRequest, match="three people"):
            services.record_payment(**paying, by=hand, key=new_key())
        assert not any("laptop" in line for line in lines(hand))
    services.record_payment(**paying, by=payer, key=new_key())


def test_a_no_of_the_panel_is_looked_at_again_by_none_of_those_who_voted(case, members, participant, payer):
    from budgets import appeals

    first = votes(case, members, 0, 0, 0, 0)
    again = appeals.appeal(spend=first, why="It is needed.", by=participant.user, now=NOW, key=new_key())
    with pytest.raises(panels.TooFewMembers, match="0 members of the panel may vote"):
        send(again, payer)


# --- what goes to it -------------------------------------------------------------------------------


def test_what_is_above_the_limit_is_on_the_managers_list_to_be_sent_and_then_no_more(
    above, members, make_request, manager
):
    spend = make_request(ASKED, "A laptop")
    assert any("Send it to the panel" in line for line in lines(manager))
    send(spend, manager)
    assert not any("laptop" in line for line in lines(manager))
    assert Message.objects.filter(subject="A request to vote on").count() == 4


@pytest.mark.parametrize("field", ["what", "goal", "why"])
def test_nothing_that_the_panel_reads_names_the_person(field, above, members, make_request, manager, participant):
    with pytest.raises(deciding.NamesSomeone):
        send(make_request(ASKED), manager, **{field: f"For {participant.given_name}’s room"})


def test_only_what_is_above_the_limit_goes_to_a_panel_that_can_vote(above, make_request, manager, fund, rule, members):
    with pytest.raises(panels.NotForThePanel):
        send(make_request(100_00), manager)
    rule(fund, manager_limit=100_00, panel_quorum=5)
    with pytest.raises(panels.TooFewMembers, match="4 members of the panel may vote on this, and 5 votes"):
        send(make_request(ASKED), manager)


def test_what_the_person_takes_back_is_not_voted_on_any_more(case, members, participant):
    votes(case, members, ASKED)
    services.withdraw(spend=case.spend, by=participant.user, now=NOW, key=new_key())
    case.refresh_from_db()
    assert case.closed_at is not None
    assert case.granted is None
    with pytest.raises(deciding.AlreadyDecided):
        votes(case, members[1:], ASKED)


# --- votes from a meeting --------------------------------------------------------------------------


def minutes(case, by):
    return panels.keep_minutes(case=case, name="minutes.jpg", data=a_jpeg(), by=by, now=NOW)


def written(case, member, by, amount=ASKED) -> PanelVote:
    said = {"member": member, "amount": amount, "reason": "Said in the room.", "minutes": minutes(case, by), "now": NOW}
    return panels.take_down(case=case, by=by, **said)


def test_a_vote_from_the_minutes_counts_and_its_member_is_told(case, members, manager):
    written(case, members[0], manager)
    assert Message.objects.filter(subject="Your vote was written down").count() == 1
    assert votes(case, members[1:], ASKED, ASKED, 0).granted == ASKED


def test_whoever_asked_writes_down_no_votes(above, members, make_request, manager, payer):
    case = send(make_request(ASKED, by=manager), payer)
    with pytest.raises(deciding.OwnRequest):
        written(case, members[0], manager)


def test_who_says_that_it_was_not_their_vote_may_vote_themselves(case, members, manager):
    vote = written(case, members[0], manager)
    with pytest.raises(panels.NotTheirVote):
        panels.deny(vote=vote, by=members[1], now=NOW)
    panels.deny(vote=vote, by=members[0], now=NOW)
    spend = votes(case, members, 0, ASKED, ASKED, 0)
    assert spend.state == "REFUSED"


def test_what_was_decided_with_a_vote_that_was_not_theirs_is_not_paid(case, members, manager, payer):
    vote = written(case, members[0], manager)
    spend = votes(case, members[1:], ASKED, ASKED, ASKED)
    panels.deny(vote=vote, by=members[0], now=NOW)
    assert any("was not theirs" in line for line in lines(payer))
    paying = {"commitment": spend.commitment, "amount": 5_00, "paid_on": TODAY, "payee": "Shop", "by": payer}
    with pytest.raises(services.VoteDenied):
        services.record_payment(**paying, now=NOW, key=new_key())
    with pytest.raises(deciding.OwnRequest):
        panels.look_into(vote=vote, found="A slip.", by=manager, now=NOW)
    panels.look_into(vote=vote, found="The minutes name another.", by=payer, now=NOW)
    assert not any("was not theirs" in line for line in lines(payer))
    with pytest.raises(services.VoteDenied):
        services.record_payment(**paying, now=NOW, key=new_key())


def test_what_the_panel_would_have_said_without_the_denied_vote_is_paid(case, members, manager, payer):
    vote = written(case, members[3], manager)
    spend = votes(case, members[:3], ASKED, ASKED, ASKED)
    panels.deny(vote=vote, by=members[3], now=NOW + timedelta(hours=1))
    services.record_payment(
        commitment=spend.commitment, amount=5_00, paid_on=TODAY, payee="Shop", by=payer, now=NOW, key=new_key()
    )


def test_a_vote_that_is_denied_before_the_answer_is_on_the_managers_list_until_its_member_votes(
    case, members, manager, payer
):
    vote = written(case, members[0], manager)
    panels.deny(vote=vote, by=members[0], now=NOW)
    assert any("was not theirs" in line for line in lines(payer))
    with pytest.raises(panels.MayNotVote, match="They vote themselves"):
        written(case, members[0], manager)
    spend = votes(case, members, ASKED, ASKED, ASKED, ASKED, now=NOW + timedelta(hours=1))
    assert not any("was not theirs" in line for line in lines(payer))
    services.record_payment(
        commitment=spend.commitment, amount=5_00, paid_on=TODAY, payee="Shop", by=payer, now=NOW, key=new_key()
    )


def test_whoever_left_the_panel_can_still_say_that_it_was_not_their_vote(case, members, manager, client_as):
    vote = written(case, members[0], manager)
    PanelMember.objects.filter(user=members[0]).update(ends_on=TODAY - timedelta(days=1))
    client = client_as(members[0])
    assert "Written down for you" in client.get(reverse("budgets:panel")).content.decode()
    page = client.post(reverse("budgets:panel-deny", args=[vote.pk]), follow=True).content.decode()
    assert "It is on the managers’ list" in page
    vote.refresh_from_db()
    assert vote.denied_at is not None


def test_a_manager_writes_down_what_they_found_about_a_denied_vote(case, members, manager, payer, client_as):
    vote = written(case, members[0], manager)
    panels.deny(vote=vote, by=members[0], now=NOW)
    client, where = client_as(payer), reverse("budgets:panel-look", args=[case.spend_id, vote.pk])
    assert "Lee Lived" in client.get(reverse("budgets:request-detail", args=[case.spend_id])).content.decode()
    assert "Enter what you found" in client.post(where, {"found": ""}).content.decode()
    page = client.post(where, {"found": "A slip of the pen."}, follow=True).content.decode()
    assert "A slip of the pen." in page
    vote.refresh_from_db()
    assert vote.found_by == payer


@pytest.mark.parametrize("tie", ["interest", "way in"])
def test_whoever_has_a_part_in_it_writes_down_no_votes(tie, case, members, manager, participant):
    from people.sign_in import code_letters

    if tie == "interest":
        interests.say(by=manager, participant=participant, how="A cousin", now=NOW)
    else:
        code_letters.give(participant=participant, by=manager, now=NOW)
    with pytest.raises(deciding.OwnRequest):
        written(case, members[0], manager)


def test_whoever_sees_the_record_or_sent_the_case_does_not_vote(above, members, make_request, manager, team):
    Membership.objects.create(user=members[1], role="PRACTITIONER", team=team, starts_on=TODAY - timedelta(days=9))
    case = send(make_request(ASKED), manager)
    with pytest.raises(panels.MayNotVote):
        votes(case, members[1:], ASKED)
    with acting_as(members[1].pk), pytest.raises(DatabaseError), transaction.atomic():
        PanelVote.objects.create(case=case, member=members[1], amount=5, reason="x", at=NOW, by=members[1])


def test_an_appeal_is_about_as_much_as_the_request_that_it_is_about(case, members, participant, payer):
    from budgets import appeals

    first = votes(case, members, 450_00, 450_00, 450_00, 450_00)
    again = appeals.appeal(spend=first, why="The bag, too.", by=participant.user, now=NOW, key=new_key())
    assert again.amount == 50_00
    with pytest.raises(deciding.AboveTheLimit):
        services.approve_request(spend=again, reason="Yes", by=payer, now=NOW, key=new_key())
    said = {"state": "REFUSED", "decided_by": payer, "decided_at": NOW, "reason": "No", "public_sentence": "No."}
    with pytest.raises(DatabaseError, match="panel decides above"), transaction.atomic():
        SpendRequest.objects.filter(pk=again.pk).update(**said)


def test_no_rule_says_yes_to_what_a_panel_decides(fund, rule, make_request, officer, goal):
    from lifeplans import services as plans

    plans.agree_goal(goal=goal, by=officer, today=TODAY, now=NOW - timedelta(days=2))
    rule(fund, manager_limit=100_00, worker_limit=330_00)
    assert make_request(321_00, by=officer).state == "ASKED"


def test_members_are_told_what_its_words_look_like_and_a_yes_says_that_it_is_not(
    fund, rule, members, make_request, manager, client_as, payer
):
    rule(fund, manager_limit=100_00, prohibited=["ALCOHOL", "GAMBLING"])
    case = send(make_request(ASKED, "Beer mats for the bar course"), manager)
    assert case.looks_like == ["ALCOHOL"]
    page = client_as(members[0]).get(reverse("budgets:panel-case", args=[case.pk])).content.decode()
    assert "it may be for alcohol, which this money may not buy" in page
    assert votes(case, members, ASKED, ASKED, ASKED, ASKED).not_prohibited
    page = client_as(payer).get(reverse("budgets:request-detail", args=[case.spend_id])).content.decode()
    assert "The panel said that it is not what its words look like" in page


def test_the_persons_copy_of_their_data_names_no_member(case, members, participant, client_as):
    from people.rights import copies

    client_as(members[0]).get(reverse("budgets:panel-case", args=[case.pk]))
    votes(case, members, ASKED, ASKED, ASKED, ASKED)
    told = str(copies.everything(participant, {}))
    assert not any(user.name in told for user in members)


def test_a_record_with_minutes_and_a_price_is_erased(above, members, make_request, manager, participant):
    from people.rights import retention
    from people.rights.erasure import erase

    spend = make_request(ASKED)
    case = send(spend, manager)
    vote = written(case, members[0], manager)
    SpendRequest.objects.filter(pk=spend.pk).update(quote=vote.minutes)
    rule = retention.rules()["RECORD"]
    rule.save()
    erase(participant=participant, rule=rule, now=NOW)
    connection.check_constraints()
    vote.refresh_from_db()
    spend.refresh_from_db()
    assert (vote.minutes, spend.quote) == (None, None)


def test_more_long_votes_than_a_page_holds_are_all_told_to_the_person(case, members):
    for user in members:
        panels.vote(case=case, amount=ASKED, reason="y" * 400, by=user, now=NOW)
    assert SpendRequest.objects.get(pk=case.spend_id).reason.count("y" * 400) == 4


def test_whoever_joins_the_panel_is_told_of_what_is_open(case, make_user, fund, manager):
    joins = make_user("Jo Joins", "PANEL")
    said = {"lived_experience": False, "starts_on": TODAY, "by": manager, "now": NOW}
    panels.add(programme=fund.programme, user=joins, **said)
    assert Message.objects.filter(dedupe_key=f"panel:{case.pk}:{joins.pk}").count() == 1


# --- in the database -------------------------------------------------------------------------------


def test_a_member_sees_the_case_and_nothing_of_the_person(case, members, make_user):
    with acting_as(members[0].pk), transaction.atomic():
        assert PanelCase.objects.get().what == "A laptop"
        assert not SpendRequest.objects.exists()
        assert list(PanelMember.objects.values_list("user", flat=True)) == [members[0].pk]
    with acting_as(make_user("Not On", "PANEL").pk), transaction.atomic():
        assert not PanelCase.objects.exists()


def test_whoever_knows_the_person_does_not_even_see_the_case(case, members, participant):
    interests.say(by=members[3], participant=participant, how="A cousin", now=NOW)
    with acting_as(members[3].pk), transaction.atomic():
        assert not PanelCase.objects.exists()


def test_nobody_votes_for_another_or_sees_how_others_voted(case, members, manager, participant, officer):
    votes(case, members, ASKED)
    for user in (members[1], participant.user, officer):
        with acting_as(user.pk), transaction.atomic():
            assert not PanelVote.objects.exists(), user
    for user, member in [(members[1], members[2]), (manager, members[1]), (officer, members[1])]:
        about = {"case": case, "member": member, "amount": ASKED, "reason": "Yes", "by": user, "at": NOW}
        with acting_as(user.pk), pytest.raises(DatabaseError), transaction.atomic():
            PanelVote.objects.create(**about)


@pytest.mark.parametrize(
    "change", [{"granted": 400_00}, {"decided_by_panel": [1, 2, 3]}, {"state": "REFUSED", "granted": None}]
)
def test_no_answer_of_a_panel_is_other_than_its_votes(change, case, members, manager):
    votes(case, members[:3], ASKED, ASKED, ASKED)
    hands = [manager.pk, *(user.pk for user in members[:3])]
    said = {
        "state": "APPROVED", "granted": ASKED, "decided_by_panel": hands, "decided_at": NOW,
        "reason": "Yes", "public_sentence": "Someone got it.",
    }  # fmt: skip
    with pytest.raises(DatabaseError, match="not what the panel said"), transaction.atomic():
        SpendRequest.objects.filter(pk=case.spend_id).update(**{**said, **change})
    with acting_as(manager.pk), pytest.raises(DatabaseError), transaction.atomic():
        SpendRequest.objects.filter(pk=case.spend_id).update(**said)
    with transaction.atomic():
        assert SpendRequest.objects.filter(pk=case.spend_id).update(**said) == 1


def test_nobody_puts_themselves_on_a_panel(fund, manager):
    with pytest.raises(RuleBroken, match="Someone else puts you on"):
        panels.add(programme=fund.programme, user=manager, lived_experience=False, starts_on=TODAY, by=manager, now=NOW)


# --- pages -----------------------------------------------------------------------------------------


def test_a_member_reads_votes_and_sees_the_answer_on_their_pages(
    above, members, make_request, manager, client_as, participant, rule, fund
):
    now = timezone.now()
    case = send(make_request(ASKED, "A laptop"), manager, now=now)
    client = client_as(members[0])
    assert client.get("/").url == reverse("budgets:panel")
    page = client.get(reverse("budgets:panel")).content.decode()
    assert "A laptop" in page
    assert "Wanted" in page
    where = reverse("budgets:panel-case", args=[case.pk])
    shown = client.get(where).content.decode()
    assert "The library closes at five." in shown
    assert participant.family_name not in shown
    looked = AccessEvent.objects.filter(user=members[0]).latest("pk")
    assert (looked.participants, looked.why) == ([participant.pk], "PANEL")
    assert "£500 or less" in client.post(where, {"amount": "501", "reason": "Yes"}).content.decode()
    client.post(where, {"amount": "500", "reason": "Yes"})
    votes(case, members[1:], ASKED, ASKED, 0, now=now)
    assert "£500" in client.get(reverse("budgets:panel")).content.decode()


def test_the_person_reads_what_the_panel_reads_and_who_looked_has_no_name(case, members, client_as, participant):
    client_as(members[0]).get(reverse("budgets:panel-case", args=[case.pk]))
    page = client_as(participant.user).get(reverse("budgets:my-request", args=[case.spend_id])).content.decode()
    assert "people who do not know your name" in page
    assert "The library closes at five." in page
    looked = client_as(participant.user).get(reverse("people:my-access-log")).content.decode()
    assert "they read it without your name" in looked
    assert members[0].name not in looked


def test_a_manager_sends_it_writes_votes_down_and_sees_who_voted_how_afterwards(
    above, members, make_request, manager, payer, client_as, participant
):
    now = timezone.now()
    spend = make_request(ASKED, "A laptop")
    client = client_as(manager)
    detail = reverse("budgets:request-detail", args=[spend.pk])
    page = client.get(detail).content.decode()
    assert "It is more than one manager decides (£100)" in page
    assert "Approve and set the money aside" not in page
    where = reverse("budgets:panel-send", args=[spend.pk])
    said = {"what": "A laptop", "goal": "To finish a course", "why": f"{participant.given_name} needs it."}
    assert "has a name in it" in client.post(where, said).content.decode()
    page = client.post(where, {**said, "why": "It is needed."}, follow=True).content.decode()
    assert "0 of at least 3 votes so far" in page
    assert "It was sent to the panel already" in client.get(where).content.decode()
    where = reverse("budgets:panel-minutes", args=[spend.pk])
    assert "How much would they give?" in client.get(where).content.decode()
    typed = {"member": members[0].pk, "amount": "500", "reason": "Said in the room."}
    assert "Choose the minutes" in client.post(where, typed).content.decode()
    upload = SimpleUploadedFile("minutes.jpg", a_jpeg(), content_type="image/jpeg")
    client.post(where, {**typed, "minutes": upload})
    page = client.post(where, {**typed, "member": members[1].pk}, follow=True).content.decode()
    assert "2 of at least 3 votes so far" in page
    assert "Fay Fourth" not in page
    votes(PanelCase.objects.get(), members[2:], ASKED, 0, now=now)
    page = client.get(detail).content.decode()
    assert "Approved by the panel" in page
    assert "Fay Fourth" in page


def test_managers_of_the_programme_say_who_is_on_its_panel(fund, manager, unit, client_as, make_user):
    pat = make_user("Pat Panel", "PANEL")
    client, where = client_as(manager), reverse("budgets:panel-members", args=[fund.pk])
    assert client.get(where).status_code == 403
    fund.programme.owning_areas.add(unit)
    page = client.post(where, {"user": pat.pk, "lived_experience": "yes"}, follow=True).content.decode()
    assert "They are on the panel from today." in page
    member = PanelMember.objects.get()
    assert (member.user, member.lived_experience, member.added_by) == (pat, True, manager)
    page = client.post(reverse("budgets:panel-leave", args=[fund.pk, member.pk]), follow=True).content.decode()
    assert "last day on the panel" in page


def test_whoever_sent_the_first_request_does_not_send_the_appeal_and_the_list_says_so(
    above, case, members, participant, manager, payer, make_user, fund
):
    from budgets import appeals

    first = votes(case, members, 0, 0, 0, 0)
    again = appeals.appeal(spend=first, why="It is needed.", by=participant.user, now=NOW, key=new_key())
    for nth in range(3):
        said = {"lived_experience": True, "starts_on": TODAY, "by": manager, "now": NOW}
        panels.add(programme=fund.programme, user=make_user(f"New {nth}", "PANEL"), **said)
    assert not any("Send it to the panel" in line for line in lines(manager))
    assert any("it may need new members" in line for line in lines(payer))
    with pytest.raises(deciding.OwnRequest):
        send(again, manager)
    payer.memberships.update(ends_on=TODAY - timedelta(days=1))
    assert any("nobody in your team may decide it" in line for line in lines(manager))
    payer.memberships.update(ends_on=None)
    second = send(again, payer)
    new = [member.user for member in PanelMember.objects.filter(user__name__startswith="New").order_by("pk")]
    assert votes(second, new, ASKED, ASKED, ASKED).state == "APPROVED"


def test_no_case_goes_to_a_panel_without_lived_experience_where_that_is_asked_for(
    above, members, make_request, manager
):
    PanelMember.objects.get(user=members[0]).delete()
    with pytest.raises(panels.TooFewMembers, match="lived experience"):
        send(make_request(ASKED), manager)


def test_whoever_has_to_do_with_the_payee_is_offered_no_decision(budget, goal, participant, manager, payer, client_as):
    interests.say(by=manager, payee="Mill Shoes, Ltd", how="My brother owns it.", now=NOW)
    draft = services.start_request(budget=budget, goal=goal, without_money="No", by=participant.user)
    spend = services.ask(
        spend=draft, what="Boots", amount=50_00, purpose="CLOTHING", for_whom="ME", why="Cold.", payee="mill shoes ltd",
        by=participant.user, now=NOW, key=new_key(),
    )  # fmt: skip
    assert not any("Boots" in line for line in lines(manager))
    assert any("Boots" in line for line in lines(payer))
    page = client_as(manager).get(reverse("budgets:request-detail", args=[spend.pk])).content.decode()
    assert "You have to do with who would be paid. So another manager decides." in page
    payer.memberships.update(ends_on=TODAY - timedelta(days=1))
    assert any("nobody in your team may decide it" in line for line in lines(manager))
