"""Each rule's answer, on its edges, in plain words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from people.models import Rule
from people.programmes import eligibility
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def ask(participant, programme, kind: str, today: date = TODAY) -> eligibility.Answer:
    found = eligibility.answers(participant=participant, programme=programme, today=today)
    return next(answer for answer in found if answer.kind == kind)


def lasting(participant, days: int, starts_on: date = TODAY - 10 * DAY) -> None:
    sentence = participant.sentences.get()
    sentence.starts_on, sentence.length_days, sentence.ends_on = starts_on, days, starts_on + (days - 1) * DAY
    sentence.release_on = None
    sentence.save()


def test_the_reason_is_in_plain_words(participant, make_programme):
    answer = ask(participant, make_programme(SENTENCE_UNDER={"days": 365}), "SENTENCE_UNDER")

    assert answer.met
    assert answer.reason == "Sentence of 26 weeks is under 12 months."


@pytest.mark.parametrize(("days", "met"), [(364, True), (365, False), (366, False)])
def test_a_sentence_of_twelve_months_is_not_under_twelve_months(participant, make_programme, days, met):
    lasting(participant, days)

    assert ask(participant, make_programme(SENTENCE_UNDER={"days": 365}), "SENTENCE_UNDER").met is met


def test_a_sentence_that_is_over_does_not_count(participant, make_programme):
    lasting(participant, 30, TODAY - 30 * DAY)

    answer = ask(participant, make_programme(SENTENCE_UNDER={"days": 365}), "SENTENCE_UNDER")

    assert not answer.met
    assert "No sentence that runs on 1 June 2026" in answer.reason


def test_the_last_day_of_a_sentence_counts(participant, make_programme):
    lasting(participant, 30, TODAY - 29 * DAY)

    assert ask(participant, make_programme(SENTENCE_UNDER={"days": 365}), "SENTENCE_UNDER").met


@pytest.mark.parametrize(
    ("born", "met"),
    [
        (date(2008, 6, 1), True),  # 18 today
        (date(2008, 6, 2), False),  # 17 until tomorrow
        (date(2000, 6, 2), True),  # 25 for one day more
        (date(2000, 6, 1), False),  # 26 today
    ],
)
def test_age_is_taken_on_the_day(participant, make_programme, born, met):
    participant.date_of_birth = born

    assert ask(participant, make_programme(AGE={"youngest": 18, "oldest": 25}), "AGE").met is met


def test_someone_born_on_29_february_comes_of_age_on_1_march(participant, make_programme):
    participant.date_of_birth = date(2008, 2, 29)
    programme = make_programme(AGE={"youngest": 18, "oldest": 25})

    assert not ask(participant, programme, "AGE", date(2026, 2, 28)).met
    assert ask(participant, programme, "AGE", date(2026, 3, 1)).met


def test_age_names_the_day_and_the_limits(participant, make_programme):
    participant.date_of_birth = date(1995, 1, 1)

    answer = ask(participant, make_programme(AGE={"youngest": 18, "oldest": 25}), "AGE")

    assert answer.reason == "Age 31 on 1 June 2026; this programme is for 18 to 25."


@pytest.mark.parametrize(("band", "met"), [("LOW", True), ("MEDIUM", True), ("HIGH", False), ("VERY_HIGH", False)])
def test_high_risk_is_not_eligible_even_where_the_programme_has_no_rule_for_it(participant, make_programme, band, met):
    participant.risk_band = band

    assert ask(participant, make_programme(), "RISK").met is met


def test_a_programme_can_be_stricter_about_risk(participant, make_programme):
    answer = ask(participant, make_programme(RISK={"highest_risk": "LOW"}), "RISK")

    assert answer.reason == "Medium risk; this programme takes low risk at most at this stage."


def test_area_is_one_of_those_named(participant, make_programme, unit):
    from people.models import DeliveryUnit

    elsewhere = DeliveryUnit.objects.create(code="T9", name="Elsewhere", region=unit.region)

    assert ask(participant, make_programme("Here", areas=[unit], AREA={}), "AREA").met
    assert ask(participant, make_programme("There", areas=[elsewhere], AREA={}), "AREA").reason == (
        "Lives under Northbridge; this programme is for Elsewhere."
    )


def test_cohort_tag(participant, make_programme):
    programme = make_programme(COHORT={"tag": "IOM"})

    assert not ask(participant, programme, "COHORT").met
    participant.cohort_tags = ["IOM"]
    assert ask(participant, programme, "COHORT").met


def test_leaving_a_prison_counts_before_and_after_the_release(participant, make_programme, prison):
    programme = make_programme(PRISON={"prison": prison})

    assert not ask(participant, programme, "PRISON").met
    participant.prison = prison
    participant.save()
    assert ask(participant, programme, "PRISON").reason == "Is in Preston (HMP) now."
    participant.prison = None
    participant.save()
    assert ask(participant, programme, "PRISON").reason == "Has left Preston (HMP)."


def test_every_kind_of_rule_can_be_asked_and_said(unit, prison):
    fields = {
        "SENTENCE_UNDER": {"days": 365}, "AGE": {"youngest": 18, "oldest": 25}, "RISK": {"highest_risk": "LOW"},
        "COHORT": {"tag": "IOM"}, "PRISON": {"prison": prison},
    }  # fmt: skip

    assert set(eligibility._ASK) == set(Rule.Kind.values)
    for kind, given in fields.items():
        assert all(eligibility.in_words(Rule(kind=kind, **given)))


@pytest.mark.parametrize(
    ("days", "words"), [(365, "12 months"), (730, "24 months"), (182, "26 weeks"), (100, "100 days")]
)
def test_a_limit_is_said_as_people_say_it(days, words):
    assert eligibility.term(days) == words
