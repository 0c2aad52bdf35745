"""Sentences, what they require, and what of it is done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from common.errors import RuleBroken
from people.models import Requirement, RequirementProgress, Sentence
from people.record import sentencing
from people.record.requirements import KNOWN, kinds_for, unit_of
from tests.conftest import NOW, TODAY, service_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DAY = timedelta(days=1)


def text(answer) -> str:
    return answer.content.decode()


def parts(name: str, on: date) -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


@pytest.fixture
def order(participant) -> Sentence:
    return sentencing.add_sentence(
        participant=participant,
        kind="COMMUNITY",
        starts_on=TODAY - 10 * DAY,
        ends_on=TODAY + 354 * DAY,
        by=service_account(),
    )


@pytest.fixture
def work(order) -> Requirement:
    return sentencing.add_requirement(
        sentence=order, kind="UNPAID_WORK", ordered=20, flexible=True, how="At weekends", by=service_account()
    )


@pytest.fixture
def record_progress(work, officer):
    def done(amount, on=TODAY, note="") -> RequirementProgress:
        return sentencing.record_progress(
            requirement=work, amount=amount, done_on=on, by=officer, today=TODAY, now=NOW, note=note
        )

    return done


def test_each_court_offers_what_it_can_require_and_every_kind_is_known():
    assert len(kinds_for("PAYBACK")) == 9
    assert [kind for kind, _ in kinds_for("PAYBACK")] == [
        "UNPAID_WORK", "SUPERVISION", "COMPENSATION", "PROGRAMME", "MENTAL_HEALTH", "DRUG", "ALCOHOL", "RESIDENCE",
        "CONDUCT",
    ]  # fmt: skip
    assert len(kinds_for("COMMUNITY")) == 15
    assert "CONDUCT" not in dict(kinds_for("COMMUNITY"))
    assert set(KNOWN) == set(Requirement.Kind.values)


def test_a_sentence_runs_from_its_first_day_to_its_last(order):
    assert order.length_days == 365


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ({"length": "12", "unit": "month"}, date(2027, 5, 31)),
        ({"length": "26", "unit": "week"}, date(2026, 11, 29)),
        (parts("ends_on", date(2026, 12, 24)), date(2026, 12, 24)),
    ],
)
def test_a_sentence_is_added_by_its_length_or_its_last_day(said, ends, participant, officer, client_as):
    form = {"kind": "PAYBACK", **parts("starts_on", TODAY), **said}

    answer = client_as(officer).post(reverse("people:sentence-new", args=[participant.ref]), form)

    assert answer.status_code == 302
    assert Sentence.objects.get(kind="PAYBACK").ends_on == ends


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({}, "Enter the length or the last day"),
        ({"length": "6", "unit": "month", **parts("ends_on", TODAY)}, "one of the two"),
        ({"length": "3000", "unit": "year"}, "Enter 40 years or fewer"),
        (parts("ends_on", TODAY - DAY), "last day cannot be before the first"),
        ({"length": "6", "unit": "month", **parts("release_on", TODAY)}, "Only a custodial sentence"),
    ],
)
def test_a_sentence_that_cannot_be_is_said_so(said, refusal, participant, officer, client_as):
    form = {"kind": "COMMUNITY", **parts("starts_on", TODAY), **said}

    answer = client_as(officer).post(reverse("people:sentence-new", args=[participant.ref]), form)

    assert refusal in text(answer)
    assert not Sentence.objects.filter(kind="COMMUNITY").exists()


def test_the_same_sentence_is_not_put_down_twice(order, participant):
    with pytest.raises(sentencing.NotASentence, match="already"):
        sentencing.add_sentence(
            participant=participant, kind="COMMUNITY", starts_on=order.starts_on, ends_on=TODAY, by=service_account()
        )


def test_a_corrected_sentence_keeps_what_stood_there(order):
    sentencing.correct_sentence(
        sentence=order, kind="SUSPENDED", starts_on=order.starts_on, ends_on=TODAY, by=service_account()
    )

    order.refresh_from_db()
    assert (order.kind, order.length_days) == ("SUSPENDED", 11)
    assert [row.kind for row in order.history.order_by("history_id")] == ["COMMUNITY", "SUSPENDED"]


def test_a_requirement_another_court_gives_is_refused(order):
    with pytest.raises(sentencing.NotARequirement, match="cannot require"):
        sentencing.add_requirement(sentence=order, kind="COMPENSATION", by=service_account())


def test_what_is_not_flexible_has_no_own_way(order):
    with pytest.raises(sentencing.NotARequirement, match="flexible in how"):
        sentencing.add_requirement(sentence=order, kind="CURFEW", how="Whenever", by=service_account())


def test_nothing_is_counted_towards_a_curfew(order):
    with pytest.raises(sentencing.NotARequirement, match="Nothing is counted"):
        sentencing.add_requirement(sentence=order, kind="CURFEW", ordered=20, by=service_account())


def test_progress_moves_a_requirement_along_and_all_of_it_is_done(work, record_progress):
    states = []
    for amount, note in ((7, ""), (13, ""), (-3, "Counted twice"), (-17, "Another person")):
        record_progress(amount, note=note)
        work.refresh_from_db()
        states.append((Requirement.objects.with_done().get(pk=work.pk).done, work.state))

    assert states == [(7, "IN_PROGRESS"), (20, "DONE"), (17, "IN_PROGRESS"), (0, "NOT_STARTED")]


@pytest.mark.parametrize(
    ("amount", "on", "note", "refusal"),
    [
        (-1, TODAY, "why", "no more than that"),
        (1, TODAY + DAY, "", "or after"),
        (1, TODAY - 11 * DAY, "", "before the sentence starts"),
    ],
)
def test_progress_that_cannot_be_is_refused(amount, on, note, refusal, record_progress):
    with pytest.raises(sentencing.NotProgress, match=refusal):
        record_progress(amount, on, note)


def test_nothing_done_is_no_progress(record_progress):
    with pytest.raises(RuleBroken, match="not nothing"):
        record_progress(0)


def test_taking_away_needs_a_reason(record_progress):
    record_progress(7)

    with pytest.raises(sentencing.NotProgress, match="Say why"):
        record_progress(-1)


def test_what_was_put_down_is_never_changed(record_progress):
    line = record_progress(7)
    line.amount = 70

    with pytest.raises(DatabaseError), transaction.atomic():
        line.save()


def test_a_requirement_of_someone_else_is_not_reached_through_this_person(
    work, other_participant, other_officer, client_as
):
    page = reverse("people:requirement-progress", args=[other_participant.ref, work.pk])

    assert client_as(other_officer).get(page).status_code == 404


def test_staff_put_progress_down_on_the_page(work, participant, officer, client_as):
    page = reverse("people:requirement-progress", args=[participant.ref, work.pk])

    answer = client_as(officer).post(page, {"amount": "7", "note": "Painted", **parts("done_on", TODAY)})
    shown = text(client_as(officer).get(page))

    assert answer["Location"] == page
    assert "7 of 20" in shown
    assert "Painted" in shown


def test_the_person_reads_what_the_court_asked_in_plain_words(work, record_progress, participant, client_as):
    record_progress(7)

    page = " ".join(text(client_as(participant.user).get("/me/court/")).split())

    for words in ("Do unpaid work that helps other people", "7 of 20 hours done", "13 hours to go", "At weekends"):
        assert words in page


def test_a_sentence_that_is_over_is_not_among_what_i_have_to_do(participant, client_as):
    Sentence.objects.filter(participant=participant).update(ends_on=TODAY - DAY)

    assert "There is nothing here" in text(client_as(participant.user).get("/me/court/"))


def test_one_person_may_have_two_kinds_from_one_day_and_one_kind_from_two_days(order, participant, other_participant):
    def add(person, kind: str, starts_on: date) -> None:
        sentencing.add_sentence(
            participant=person, kind=kind, starts_on=starts_on, ends_on=TODAY + 30 * DAY, by=service_account()
        )

    add(participant, "SUSPENDED", order.starts_on)
    add(participant, "COMMUNITY", order.starts_on + DAY)
    add(other_participant, "COMMUNITY", order.starts_on)

    assert Sentence.objects.filter(starts_on=order.starts_on).count() == 3


def test_a_correction_may_leave_the_kind_and_the_first_day_as_they_are(order):
    kept = sentencing.correct_sentence(
        sentence=order, kind="COMMUNITY", starts_on=order.starts_on, ends_on=TODAY, by=service_account()
    )

    order.refresh_from_db()
    assert (kept, order.ends_on, order.length_days) == (order, TODAY, 11)


def test_the_release_date_of_custody_is_kept(participant):
    made = sentencing.add_sentence(
        participant=participant, kind="CUSTODY", starts_on=TODAY, ends_on=TODAY, release_on=TODAY, by=service_account()
    )

    assert Sentence.objects.get(pk=made.pk).release_on == TODAY
    assert made.length_days == 1


def test_a_sentence_of_no_kind_is_refused(participant):
    with pytest.raises(RuleBroken):
        sentencing.add_sentence(
            participant=participant, kind="FINE", starts_on=TODAY, ends_on=TODAY, by=service_account()
        )


def test_a_requirement_that_is_on_the_sentence_already_is_refused(order):
    sentencing.add_requirement(sentence=order, kind="CURFEW", detail="7pm to 7am", by=service_account())

    with pytest.raises(RuleBroken, match="on the sentence already"):
        sentencing.add_requirement(sentence=order, kind="CURFEW", detail="7pm to 7am", by=service_account())


def test_a_requirement_is_put_right_in_all_but_its_kind(work):
    sentencing.correct_requirement(
        requirement=work,
        detail="In a garden",
        ordered=40,
        flexible=True,
        how="On Fridays",
        state="NOT_DONE",
        by=service_account(),
    )

    work.refresh_from_db()
    assert (work.kind, work.detail, work.ordered) == ("UNPAID_WORK", "In a garden", 40)
    assert (work.flexible, work.how, work.state) == (True, "On Fridays", "NOT_DONE")


def test_a_requirement_added_with_no_more_than_its_kind_is_firm(order):
    made = sentencing.add_requirement(sentence=order, kind="RESIDENCE", by=service_account())

    assert (made.detail, made.ordered, made.flexible, made.how, made.state) == ("", None, False, "", "NOT_STARTED")


def test_progress_needs_a_number_to_count_towards(order, officer):
    loose = sentencing.add_requirement(sentence=order, kind="UNPAID_WORK", by=officer)

    with pytest.raises(sentencing.NotProgress, match="how much the court ordered"):
        sentencing.record_progress(requirement=loose, amount=1, done_on=TODAY, by=officer, today=TODAY, now=NOW)


def test_progress_counts_from_the_first_day_to_today(record_progress, officer, participant):
    first, last = record_progress(1, TODAY - 10 * DAY), record_progress(2, TODAY, "Painted")

    assert (first.done_on, last.done_on) == (TODAY - 10 * DAY, TODAY)
    assert (last.note, last.recorded_by, last.recorded_at, last.participant) == ("Painted", officer, NOW, participant)


def test_no_more_is_taken_away_than_was_done(record_progress):
    record_progress(7)

    with pytest.raises(sentencing.NotProgress, match="Only 7 are down as done"):
        record_progress(-8, note="Another person")
    assert record_progress(-7, note="Another person").amount == -7


def test_nothing_at_all_is_no_progress(record_progress):
    with pytest.raises(RuleBroken):
        record_progress(0)


def test_what_was_not_done_in_time_stays_so_until_all_of_it_is_done(work, record_progress):
    Requirement.objects.filter(pk=work.pk).update(state="NOT_DONE")
    states = []
    for amount in (7, 14):
        record_progress(amount)
        work.refresh_from_db()
        states.append(work.state)

    assert states == ["NOT_DONE", "DONE"]


def test_after_custody_come_supervision_drugs_and_the_licence():
    assert kinds_for("CUSTODY") == [
        ("SUPERVISION", "Supervision"), ("DRUG", "Drug treatment"), ("LICENCE", "Licence condition"),
    ]  # fmt: skip
    assert ("LICENCE", "Licence condition") not in kinds_for("PAYBACK") + kinds_for("COMMUNITY")


def test_seven_kinds_are_flexible_in_how_they_are_met():
    assert {kind for kind, known in KNOWN.items() if known.flexible} == {
        "UNPAID_WORK", "SUPERVISION", "PROGRAMME", "MENTAL_HEALTH", "DRUG", "ALCOHOL", "REHABILITATION",
    }  # fmt: skip
    assert (unit_of("UNPAID_WORK"), unit_of("REHABILITATION"), unit_of("CURFEW")) == ("hours", "days", "")
