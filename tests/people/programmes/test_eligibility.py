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
    participant.prison, participant.whereabouts = prison, "PRISON"
    participant.save()
    assert ask(participant, programme, "PRISON") == eligibility.Answer("PRISON", True, "Is in Preston (HMP) now.")
    participant.prison, participant.whereabouts = None, "COMMUNITY"
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


# --- Each answer's words, and each rule on its edge -----------------------------------------------


def test_risk_is_always_asked_and_rules_are_asked_in_one_order(make_programme):
    assert [rule.kind for rule in eligibility.rules_of(make_programme(), TODAY)] == ["RISK"]
    full = make_programme("Full", AREA={}, RISK={"highest_risk": "HIGH"}, AGE={"youngest": 18, "oldest": 25})

    assert [rule.kind for rule in eligibility.rules_of(full, TODAY)] == [
        kind for kind in Rule.Kind.values if kind in {"AREA", "RISK", "AGE"}
    ]
    assert eligibility.rules_of(full, TODAY)[1].programme == full


def test_a_programmes_own_rule_for_risk_is_the_one_that_counts(participant, make_programme):
    participant.risk_band = "HIGH"
    answer = ask(participant, make_programme(RISK={"highest_risk": "HIGH"}), "RISK")

    assert (answer.met, answer.reason) == (True, "High risk; this programme takes high risk at most.")


def test_all_rules_must_say_yes():
    yes, no = (eligibility.Answer("AGE", met, "") for met in (True, False))

    assert [eligibility.eligible(found) for found in ([yes, yes], [yes, no], [no], [])] == [True, False, False, True]
    assert yes.question == Rule.Kind.AGE.label


@pytest.mark.parametrize(("days", "words"), [(366, "366 days"), (364, "52 weeks"), (7, "1 weeks"), (1095, "36 months")])
def test_a_limit_is_said_in_the_largest_unit_that_fits(days, words):
    assert eligibility.term(days) == words


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("SENTENCE_UNDER", {"days": 365}, "A sentence under 12 months"),
        ("SENTENCE_UNDER", {}, "A sentence under 0 months"),
        ("AGE", {"youngest": 18, "oldest": 25}, "Aged 18 to 25 on the day they are asked about"),
        ("RISK", {"highest_risk": "LOW"}, "Low risk at most"),
    ],
)
def test_a_rule_reads_as_what_it_wants(kind, fields, words):
    question, wants = eligibility.in_words(Rule(kind=kind, **fields))

    assert (question, wants) == (Rule.Kind(kind).label, words)


def test_the_areas_of_a_rule_are_named_in_order(participant, make_programme, unit):
    from people.models import DeliveryUnit

    areas = [DeliveryUnit.objects.create(code=f"T{n}", name=n, region=unit.region) for n in "DCBA"]

    def answer(number: int) -> str:
        return ask(participant, make_programme(f"P{number}", areas=areas[:number], AREA={}), "AREA").reason

    assert answer(0) == "Lives under Northbridge; this programme is for no area yet."
    assert answer(3) == "Lives under Northbridge; this programme is for B, C, D."
    assert answer(4) == "Lives under Northbridge; this programme is for A, B, C and 1 more."
    programme = make_programme("Named", areas=areas, AREA={})
    rule = next(rule for rule in eligibility.rules_of(programme, TODAY) if rule.kind == "AREA")
    assert eligibility.in_words(rule)[1] == "A, B, C, D"


def test_living_in_an_area_says_which(participant, make_programme, unit):
    answer = ask(participant, make_programme(areas=[unit], AREA={}), "AREA")

    assert answer == eligibility.Answer("AREA", True, "Northbridge is one of this programme's areas.")


def test_a_cohort_is_named(participant, make_programme):
    programme = make_programme(COHORT={"tag": "IOM"})
    not_marked = ask(participant, programme, "COHORT").reason
    participant.cohort_tags = ["IOM"]

    assert not_marked.startswith("Not marked as “")
    assert ask(participant, programme, "COHORT").reason.startswith("Marked as “")


def test_another_prison_does_not_count(participant, make_programme, prison):
    from people.models import Prison

    other = Prison.objects.create(code="LEI", name="Leeds (HMP)")
    participant.prison, participant.whereabouts = other, "PRISON"
    participant.save()

    answer = ask(participant, make_programme(PRISON={"prison": prison}), "PRISON")

    assert (answer.met, answer.reason) == (False, "Has not been in Preston (HMP).")


def test_the_longest_sentence_that_runs_is_the_one_that_counts(participant, other_participant, make_programme):
    from people.models import Sentence

    lasting(other_participant, 900)
    for kind, days in (("COMMUNITY", 400), ("SUSPENDED", 60)):
        Sentence.objects.create(
            participant=participant, kind=kind, starts_on=TODAY, length_days=days, ends_on=TODAY + days * DAY
        )

    answer = ask(participant, make_programme(SENTENCE_UNDER={"days": 365}), "SENTENCE_UNDER")

    assert (answer.met, answer.reason) == (False, "Sentence of 13 months is not under 12 months.")


def test_a_sentence_counts_from_its_first_day(participant, make_programme):
    programme = make_programme(SENTENCE_UNDER={"days": 365})
    lasting(participant, 30, TODAY)

    assert ask(participant, programme, "SENTENCE_UNDER").met
    before = ask(participant, programme, "SENTENCE_UNDER", TODAY - DAY)
    assert before.reason == "No sentence that runs on 31 May 2026 is on record; the limit is 12 months."


def test_an_age_at_each_limit_is_within_them(participant, make_programme):
    assert ask(participant, make_programme("Just", AGE={"youngest": 22, "oldest": 22}), "AGE").met
