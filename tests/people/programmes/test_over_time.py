"""Rules that change from a day on, who is asked about again, and how much help someone has."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from common.postgres.actor import SYSTEM, acting_as, as_service
from people.access.whom import whom
from people.models import DeliveryUnit, EligibilityReview, Enrolment, Message, Rule, Team, TierDecision
from people.programmes import asked_again, eligibility, enrolment, rule_changes, tiers
from people.programmes.forms import RuleForm
from people.record import risk
from people.work_items import items
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHEN = {"today": TODAY, "now": NOW}
BANDS = dict.fromkeys(("to_children", "to_public", "to_known_adult", "to_staff", "to_prisoners", "overall"), "LOW")


@pytest.fixture
def second_manager(make_user, team):
    return make_user("Sid Second", "MANAGER", team)


@pytest.fixture
def programme(make_programme, manager):
    return make_programme(owned_by=[manager], AGE={"youngest": 18, "oldest": 25})


@pytest.fixture
def on_it(programme, participant, officer):
    row = enrolment.enrol(participant=participant, programme=programme, by=officer, **WHEN)
    assert row.state == "ENROLLED"
    return row


def assess(participant, officer, convictions: int | None, on: date = TODAY, now=NOW):
    return risk.assess(
        participant=participant, by=officer, today=TODAY, now=now, assessed_on=on, review_by=on + 90 * DAY,
        source="COURT", convictions=convictions, **BANDS,
    )  # fmt: skip


def change(programme, manager, kind: str = "AGE", starts_on: date = TODAY, rule=None, **over):
    rule_changes.change_rule(
        programme=programme, rule=rule, kind=kind, starts_on=starts_on, why="It is for more people.", by=manager,
        today=TODAY, **over,
    )  # fmt: skip


def asks(participant, programme, kind: str, today: date = TODAY) -> eligibility.Answer | None:
    found = eligibility.answers(participant=participant, programme=programme, today=today)
    return next((answer for answer in found if answer.kind == kind), None)


def night(today: date = TODAY, now=NOW) -> int:
    with as_service(), acting_as(SYSTEM):
        return asked_again.look_again(today=today, now=now)


def later():
    """A night on which the record was not changed lately: its history has the real clock's time."""
    return timezone.now() + 10 * DAY


def lines(user, today: date = TODAY, now=NOW) -> list[tuple[str, str]]:
    found = items(user=user, whom=whom(user, today), today=today, now=now)
    return [(item.action, item.reason) for item in found if item.kind == "Programme"]


# --- convictions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("convictions", "met"), [(2, False), (3, True), (4, True), (0, False)])
def test_so_many_convictions_or_more(participant, officer, make_programme, convictions, met):
    assess(participant, officer, convictions)
    answer = asks(participant, make_programme(CONVICTIONS={"fewest": 3}), "CONVICTIONS")
    assert answer.met is met
    assert answer.reason.endswith("as the assessment of 1 June 2026 counts; this programme is for 3 or more.")


def test_the_newest_assessment_that_counts_them_counts(participant, officer, make_programme):
    assess(participant, officer, 5, TODAY - 9 * DAY)
    assess(participant, officer, 1, TODAY - 30 * DAY)
    assess(participant, officer, None)
    assert asks(participant, make_programme(CONVICTIONS={"fewest": 3}), "CONVICTIONS").met


def test_where_no_assessment_counts_them_the_answer_is_no(participant, make_programme):
    answer = asks(participant, make_programme(CONVICTIONS={"fewest": 1}), "CONVICTIONS")
    assert (answer.met, answer.reason) == (
        False, "No assessment says how many convictions; this programme is for 1 or more.",
    )  # fmt: skip


# --- rules from a day on -------------------------------------------------------------------------


def test_another_rule_counts_from_its_day_and_the_one_before_until_then(programme, participant, manager):
    change(programme, manager, starts_on=TODAY + 5 * DAY, rule=Rule(youngest=16, oldest=20))
    assert asks(participant, programme, "AGE", TODAY + 4 * DAY).met
    assert not asks(participant, programme, "AGE", TODAY + 5 * DAY).met
    assert [wants for _, wants, _ in rule_changes.changes_of(programme)][0].startswith("Aged 16 to 20")


def test_a_rule_can_end_and_another_kind_begin(programme, participant, manager):
    change(programme, manager)
    assert asks(participant, programme, "AGE") is None
    change(programme, manager, "COHORT", rule=Rule(tag="IOM"))
    assert not asks(participant, programme, "COHORT").met


def test_a_change_that_does_not_count_yet_is_given_up_for_another(programme, participant, manager):
    change(programme, manager, starts_on=date(2062, 1, 1), rule=Rule(youngest=16, oldest=20))
    change(programme, manager, starts_on=TODAY + 3 * DAY, rule=Rule(youngest=16, oldest=24))
    change(programme, manager, starts_on=TODAY + 2 * DAY)
    assert [(rule.starts_on, rule.ends_on) for rule in programme.rules.filter(kind="AGE")] == [
        (date(2000, 1, 1), TODAY + DAY)
    ]
    ended = programme.rules.get(kind="AGE")
    assert (ended.ended_by, ended.ended_why) == (manager, "It is for more people.")
    with pytest.raises(rule_changes.NoSuchRule):
        change(programme, manager, "COHORT")


def test_the_database_has_one_rule_of_a_kind_on_any_day(programme):
    with pytest.raises(DatabaseError), transaction.atomic():
        Rule.objects.create(programme=programme, kind="AGE", youngest=1, oldest=2, starts_on=TODAY)


def test_rules_change_from_today_on_once_a_day_by_who_owns_the_programme(programme, manager, make_user, unit):
    with pytest.raises(rule_changes.NotFromThatDay, match="today or a later day"):
        change(programme, manager, starts_on=TODAY - DAY)
    change(programme, manager, rule=Rule(youngest=16, oldest=20))
    with pytest.raises(rule_changes.NotFromThatDay, match="It changed today already"):
        change(programme, manager, rule=Rule(youngest=17, oldest=20))
    elsewhere = DeliveryUnit.objects.create(code="T9", name="Elsewhere", region=unit.region)
    other = make_user("Mo", "MANAGER", Team.objects.create(name="Elsewhere", delivery_unit=elsewhere))
    with pytest.raises(enrolment.NotYourProgramme):
        change(programme, other, starts_on=TODAY + DAY)


def test_a_rule_is_changed_on_a_page(client_as, programme, manager):
    client, url = client_as(manager), reverse("people:programme-rule", args=[programme.pk])
    day = timezone.localdate() + DAY
    typed = {"kind": "CONVICTIONS", "fewest": "3", "why": "Agreed.", "starts_on-day": day.day,
             "starts_on-month": day.month, "starts_on-year": day.year}  # fmt: skip
    assert "Enter" in client.post(url, {**typed, "fewest": ""}).content.decode()
    assert client.post(url, typed).status_code == 302
    page = client.get(reverse("people:programme-detail", args=[programme.pk])).content.decode()
    assert "3 or more convictions" in page
    client.post(url, {**typed, "none": "on", "fewest": ""})  # it did not count yet: now there is none again
    assert "3 or more convictions" not in client.get(reverse("people:programme-detail", args=[programme.pk])).text


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"kind": "AGE", "youngest": "30", "oldest": "20"}, ["oldest"]),
        ({"kind": "AGE", "youngest": "", "oldest": ""}, ["oldest", "youngest"]),
        ({"kind": "AREA"}, ["areas"]),
        ({"kind": "COHORT"}, ["tag"]),
        ({"kind": "PRISON"}, ["prison"]),
        ({"kind": "RISK"}, ["highest_risk"]),
        ({"kind": "SENTENCE_UNDER"}, ["shorter_than"]),
        ({"kind": "AGE", "none": "on"}, []),
        ({}, ["kind"]),
    ],
)
def test_each_kind_of_rule_asks_for_what_it_needs(typed, errors):
    day = {"starts_on-day": "2", "starts_on-month": "6", "starts_on-year": "2026"}
    assert sorted(RuleForm({**day, "why": "x", **typed}, today=TODAY).errors) == errors


def test_months_become_days_as_where_a_programme_is_set_up(db):
    day = {"starts_on-day": "2", "starts_on-month": "6", "starts_on-year": "2026"}
    form = RuleForm({**day, "why": "x", "kind": "SENTENCE_UNDER", "shorter_than": "12"}, today=TODAY)
    assert form.is_valid()
    assert form.change["rule"].days == 365


# --- asked again ---------------------------------------------------------------------------------


def older(row, manager, oldest: int = 20) -> None:
    """The programme is for younger people from today on."""
    change(row.programme, manager, rule=Rule(youngest=18, oldest=oldest))


def test_a_rule_that_changes_asks_again_about_who_is_on_it(on_it, manager, officer):
    assert night() == 0
    older(on_it, manager)
    assert (night(), night()) == (1, 0)
    review = EligibilityReview.objects.get()
    assert review.said == {"AGE": "Age 22 on 1 June 2026; this programme is for 18 to 20."}
    said = "Enabling fund would say no now: Age 22 on 1 June 2026; this programme is for 18 to 20."
    assert ("Decide", f"{said} Do they stay?") in lines(manager)
    assert ("Look", f"{said} A manager decides whether they stay, or you end it.") in lines(officer)


def test_a_birthday_asks_again(on_it, participant):
    participant.date_of_birth = date(2000, 6, 1)
    participant.save()
    assert night(TODAY + 30 * DAY, later()) == 0
    assert night(TODAY, later()) == 1


def test_the_night_after_one_that_failed_finds_a_birthday_too(on_it, participant):
    participant.date_of_birth = date(2000, 5, 30)
    participant.save()
    assert night(TODAY + DAY, later()) == 0
    assert night(TODAY, later()) == 1


def test_who_was_born_on_29_february_is_asked_about_on_1_march(on_it, participant):
    participant.date_of_birth = date(2000, 2, 29)
    participant.save()
    assert night(date(2027, 2, 28), later()) == 0
    assert night(date(2027, 3, 1), later()) == 1


def test_a_fact_that_changes_asks_again(make_programme, participant, officer):
    assess(participant, officer, 3)
    programme = make_programme(CONVICTIONS={"fewest": 3})
    enrolment.enrol(participant=participant, programme=programme, by=officer, **WHEN)
    assert night() == 0
    assess(participant, officer, 2, now=NOW + timedelta(hours=1))
    assert night(now=NOW + timedelta(hours=2)) == 1


def test_a_sentence_that_is_over_asks_again(make_programme, participant, officer):
    enrolment.enrol(participant=participant, programme=make_programme(SENTENCE_UNDER={"days": 365}), by=officer, **WHEN)
    over = participant.sentences.get().ends_on + DAY
    assert night(over - 10 * DAY, later()) == 0
    assert night(over, later()) == 1


def test_where_the_rules_say_yes_again_nothing_is_to_be_decided(on_it, manager):
    older(on_it, manager)
    night()
    change(on_it.programme, manager, starts_on=TODAY + DAY, rule=Rule(youngest=18, oldest=30))
    assert night(TODAY + DAY, NOW + DAY) == 0
    assert EligibilityReview.objects.get().state == "CLEARED"
    assert lines(manager, TODAY + DAY, NOW + DAY) == []


def test_a_manager_who_did_not_enrol_them_keeps_them_and_is_not_asked_again(on_it, manager, officer):
    older(on_it, manager)
    night()
    review = EligibilityReview.objects.get()
    with pytest.raises(enrolment.MayNotOverride):
        asked_again.let_stay(review=review, reason="It helps.", seen=["AGE"], by=officer, now=NOW)
    kept = asked_again.let_stay(review=review, reason="It helps.", seen=["AGE"], by=manager, now=NOW)
    assert (kept.state, kept.decided_by) == ("KEPT", manager)
    assert night() == 0
    with pytest.raises(enrolment.NothingToOverride):
        asked_again.let_stay(review=review, reason="Again.", seen=["AGE"], by=manager, now=NOW)


def test_another_rule_asks_again_about_who_was_kept(on_it, manager):
    older(on_it, manager)
    night()
    asked_again.let_stay(review=EligibilityReview.objects.get(), reason="So.", seen=["AGE"], by=manager, now=NOW)
    change(on_it.programme, manager, starts_on=TODAY + DAY, rule=Rule(youngest=18, oldest=19))
    assert night(TODAY + DAY, NOW + DAY) == 1


def test_more_risk_than_was_overridden_asks_again(make_programme, participant, officer, manager):
    participant.risk_band = "HIGH"
    participant.save()
    row = enrolment.enrol(participant=participant, programme=make_programme(), by=officer, **WHEN)
    enrolment.override(enrolment=row, by=manager, reason="It fits.", **WHEN)
    assert night() == 0
    participant.risk_band = "VERY_HIGH"
    participant.save()
    assert night() == 1


def test_what_changed_since_the_page_was_read_is_read_again(on_it, manager):
    older(on_it, manager)
    night()
    review = EligibilityReview.objects.get()
    with pytest.raises(enrolment.NothingToOverride, match="Something else is so by now"):
        asked_again.let_stay(review=review, reason="x", seen=["AGE", "RISK"], by=manager, now=NOW)


def test_who_enrolled_them_does_not_keep_them(programme, participant, manager, second_manager):
    row = enrolment.enrol(participant=participant, programme=programme, by=manager, **WHEN)
    older(row, manager)
    night()
    with pytest.raises(enrolment.MayNotOverride, match="Someone other than who enrolled"):
        asked_again.let_stay(review=EligibilityReview.objects.get(), reason="So.", seen=["AGE"], by=manager, now=NOW)
    assert lines(manager)[0][0] == "Look"
    assert lines(second_manager)[0][0] == "Decide"


def test_where_nobody_else_may_decide_it_says_so(programme, participant, manager):
    row = enrolment.enrol(participant=participant, programme=programme, by=manager, **WHEN)
    older(row, manager)
    night()
    assert "Nobody else in your team may decide." in lines(manager)[0][1]


def test_what_was_overridden_at_first_is_not_asked_again(make_programme, participant, officer, manager):
    row = enrolment.enrol(participant=participant, programme=make_programme(COHORT={"tag": "IOM"}), by=officer, **WHEN)
    enrolment.override(enrolment=row, by=manager, reason="It fits.", **WHEN)
    participant.save()
    assert night(now=timezone.now()) == 0


def test_an_enrolment_that_ends_leaves_nothing_to_decide(on_it, manager, officer):
    older(on_it, manager)
    night()
    propose(on_it, officer)
    enrolment.end_enrolment(enrolment=on_it, reason="Too old.", by=officer, **WHEN)
    review = EligibilityReview.objects.get()
    assert (review.state, review.decided_by) == ("ENDED", officer)
    assert TierDecision.objects.get().state == "OVER"
    assert lines(manager) == []


def test_they_are_kept_on_a_page_that_says_what_ending_means(client_as, on_it, manager, participant):
    older(on_it, manager)
    night()
    client, url = client_as(manager), reverse("people:enrolment-again", args=[participant.ref, on_it.pk])
    page = client.get(url).content.decode()
    assert "Age 22 on 1 June 2026" in page
    assert "If it ends" in page
    assert client.post(url, {"reason": ""}).status_code == 200
    client.post(url, {"reason": "It helps.", "seen": "AGE"})
    page = client.get(reverse("people:person-sentence", args=[participant.ref])).content.decode()
    assert "decided on" in page
    assert "It helps." in page
    assert client.get(url).status_code == 404


def test_the_database_lets_a_manager_keep_and_nobody_else_anything(on_it, manager, officer):
    older(on_it, manager)
    night()
    review = EligibilityReview.objects.get()
    for by, changes in (
        (officer, {"state": "KEPT", "reason": "x", "decided_by": officer, "decided_at": NOW}),
        (manager, {"state": "CLEARED", "decided_at": NOW}),
        (manager, {"state": "KEPT", "reason": "x", "decided_by": officer, "decided_at": NOW}),
    ):
        with suppress(DatabaseError), acting_as(by.pk), transaction.atomic():
            EligibilityReview.objects.filter(pk=review.pk).update(**changes)
        review.refresh_from_db()
        assert review.state == "OPEN"


# --- how much help -------------------------------------------------------------------------------


def propose(row, by, tier: str = "INTENSIVE", **over) -> TierDecision:
    return tiers.propose(
        enrolment=row, tier=tier, why="She asked for more help.", by=by, **WHEN,
        **{"review_on": TODAY + 30 * DAY, **over},
    )  # fmt: skip


def test_one_proposes_how_much_help_and_another_decides_and_the_person_is_told(on_it, officer, manager):
    asked = propose(on_it, officer)
    assert ("Answer", "Enabling fund: Olu Officer proposes intensive support.") in [
        (act, said.replace(officer.name, "Olu Officer")) for act, said in lines(manager)
    ]
    made = tiers.agree(decision=asked, by=manager, now=NOW)
    assert (made.state, made.decided_by) == ("IN_FORCE", manager)
    assert Message.objects.filter(body__startswith="How much help you have from Enabling fund changed.").count() == 1
    assert lines(manager) == []


def test_another_tier_takes_the_place_of_the_one_before_and_the_same_again_tells_nobody(on_it, officer, manager):
    first = tiers.agree(decision=propose(on_it, officer), by=manager, now=NOW)
    tiers.agree(decision=propose(on_it, officer), by=manager, now=NOW)
    first.refresh_from_db()
    assert first.state == "OVER"
    assert Message.objects.filter(body__startswith="How much help").count() == 1
    tiers.agree(decision=propose(on_it, officer, "PREVENTION"), by=manager, now=NOW)
    assert Message.objects.filter(body__startswith="How much help").count() == 2
    assert TierDecision.objects.filter(state="IN_FORCE").count() == 1


def test_nobody_decides_what_they_proposed_and_a_practitioner_decides_nothing(on_it, officer, manager, make_user, team):
    theirs = propose(on_it, manager)
    with pytest.raises(tiers.MayNotDecide, match="other than who proposed"):
        tiers.agree(decision=theirs, by=manager, now=NOW)
    with pytest.raises(tiers.MayNotDecide, match="A manager decides"):
        tiers.agree(decision=theirs, by=officer, now=NOW)
    assert "nobody else in your team may decide" in lines(manager)[0][1]


def test_a_no_is_on_the_list_of_who_leads_them_for_two_weeks(on_it, officer, manager):
    tiers.refuse(decision=propose(on_it, officer), answer="Not yet.", by=manager, now=NOW)
    assert ("Look", "Enabling fund: intensive support was not agreed. Not yet.") in lines(officer)
    assert lines(officer, now=NOW + 15 * DAY) == []


def test_no_tier_is_agreed_to_once_the_enrolment_has_ended(on_it, officer, manager):
    asked = propose(on_it, officer)
    Enrolment.objects.filter(pk=on_it.pk).update(state="ENDED", ends_on=TODAY, end_reason="Merged")
    with pytest.raises(enrolment.NotEnrolled):
        tiers.agree(decision=asked, by=manager, now=NOW)
    assert lines(manager) == []


def test_a_tier_is_looked_at_again_on_its_day(on_it, officer, manager):
    tiers.agree(decision=propose(on_it, officer), by=manager, now=NOW)
    assert lines(officer, TODAY + 29 * DAY) == []
    assert [act for act, _ in lines(officer, TODAY + 30 * DAY)] == ["Look again"]


def test_no_tier_without_a_programme_twice_at_once_or_looked_at_today(on_it, officer):
    with pytest.raises(tiers.NotThatDay):
        propose(on_it, officer, review_on=TODAY)
    propose(on_it, officer)
    with pytest.raises(Exception, match="Another tier is proposed already"):
        propose(on_it, officer)
    enrolment.end_enrolment(enrolment=on_it, reason="Moved.", by=officer, **WHEN)
    with pytest.raises(enrolment.NotEnrolled):
        propose(on_it, officer)


@pytest.mark.parametrize("state", TierDecision.State.values)
@pytest.mark.parametrize("act", tiers.ACTS)
def test_every_act_on_a_tier_begins_in_its_states_alone(on_it, officer, manager, act, state):
    row = propose(on_it, officer)
    if state == "IN_FORCE":
        tiers.agree(decision=row, by=manager, now=NOW)
    elif state == "REFUSED":
        tiers.refuse(decision=row, answer="No.", by=manager, now=NOW)
    elif state == "OVER":
        enrolment.end_enrolment(enrolment=on_it, reason="Moved.", by=officer, **WHEN)
    acts = {
        "agree": lambda: tiers.agree(decision=row, by=manager, now=NOW),
        "refuse": lambda: tiers.refuse(decision=row, answer="No.", by=manager, now=NOW),
    }
    if state in tiers.ACTS[act].begins_in:
        acts[act]()
        return
    with pytest.raises(tiers.DecidedAlready):
        acts[act]()


def test_how_much_help_is_proposed_and_answered_on_pages(client_as, on_it, officer, manager, participant):
    client, url = client_as(officer), reverse("people:tier-new", args=[participant.ref, on_it.pk])
    assert "meet every week, or more" in client.get(url).content.decode()
    day = timezone.localdate() + 30 * DAY
    typed = {"tier": "INTENSIVE", "why": "So.", "review_on-day": day.day, "review_on-month": day.month,
             "review_on-year": day.year}  # fmt: skip
    assert client.post(url, {}).status_code == 200
    assert client.post(url, typed).status_code == 302
    row = TierDecision.objects.get()
    page = reverse("people:tier-answer", args=[participant.ref, row.pk])
    second = client_as(manager)
    assert "Do not agree" in second.get(page).content.decode()
    second.post(page, {"reason": "Not yet."})
    row.refresh_from_db()
    assert (row.state, row.answer) == ("REFUSED", "Not yet.")
    client.post(url, typed)
    row = TierDecision.objects.get(state="ASKED")
    second.post(reverse("people:tier-agree", args=[participant.ref, row.pk]))
    shown = client.get(reverse("people:person-sentence", args=[participant.ref])).content.decode()
    assert "<strong>Intensive support</strong>" in shown
    assert "Not yet." in shown


def test_the_database_holds_that_a_manager_decides_what_another_proposed(on_it, officer, manager):
    row = propose(on_it, officer)
    for by, changes in (
        (officer, {"state": "IN_FORCE", "decided_by": officer, "decided_at": NOW}),
        (manager, {"state": "OVER"}),
        (manager, {"state": "IN_FORCE", "decided_by": manager, "decided_at": NOW, "tier": "PREVENTION"}),
    ):
        with suppress(DatabaseError), acting_as(by.pk), transaction.atomic():
            TierDecision.objects.filter(pk=row.pk).update(**changes)
        row.refresh_from_db()
        assert (row.state, row.tier) == ("ASKED", "INTENSIVE")


def test_ended_enrolments_are_not_asked_about(on_it, officer, manager):
    enrolment.end_enrolment(enrolment=on_it, reason="Moved.", by=officer, **WHEN)
    older(Enrolment.objects.get(pk=on_it.pk), manager)
    assert night() == 0
