"""What a court ordered is read from a file's words as it was meant, or refused: never guessed."""

from __future__ import annotations

from datetime import date

import pytest

from people.imports.requirement_words import Required, requirements
from people.imports.sentence_words import a_sentence
from people.imports.wording import Unreadable
from people.models import Requirement, Sentence
from tests.people.files import a_file, load

BEGAN = date(2026, 1, 5)
Kind = Requirement.Kind


@pytest.mark.parametrize(
    ("written", "kind", "last_day"),
    [
        ("1.5 years custody", "CUSTODY", date(2027, 7, 4)),
        ("1 1/2 years custody", "CUSTODY", date(2027, 7, 4)),
        ("1½ years custody", "CUSTODY", date(2027, 7, 4)),
        ("2 and a half years in prison", "CUSTODY", date(2028, 7, 4)),
        ("1 year and 6 months custody", "CUSTODY", date(2027, 7, 4)),
        ("sentenced to 18 months’ imprisonment", "CUSTODY", date(2027, 7, 4)),
        ("custody: 26 wks", "CUSTODY", date(2026, 7, 5)),
        ("18 month detention and training order", "CUSTODY", date(2027, 7, 4)),
        ("24 weeks custody suspended for 18 months", "SUSPENDED", date(2027, 7, 4)),
        ("24 weeks suspended for 18 months", "SUSPENDED", date(2027, 7, 4)),
        ("18 months Suspended Sentence Order", "SUSPENDED", date(2027, 7, 4)),
        ("extended sentence 7 years: 4 years custody and 3 years licence", "CUSTODY", date(2033, 1, 4)),
        ("Extended sentence: 4 years custody + 3 years licence", "CUSTODY", date(2033, 1, 4)),
        ("4 years custody and 3 years extended licence", "CUSTODY", date(2033, 1, 4)),
        ("extended determinate sentence of 7 years", "CUSTODY", date(2033, 1, 4)),
        ("Community Order, 12 months", "COMMUNITY", date(2027, 1, 4)),
        ("12 months youth rehabilitation order", "COMMUNITY", date(2027, 1, 4)),
        ("12 months community payback order", "PAYBACK", date(2027, 1, 4)),
    ],
)
def test_a_sentence_ends_when_the_court_meant(written, kind, last_day):
    ordered = a_sentence(written)

    assert (ordered.kind, ordered.last_day(BEGAN)) == (kind, last_day)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("24 weeks custody suspended", "Say for how long it is suspended"),
        ("extended sentence 8 years: 4 years custody and 3 years licence", "do not add up"),
        ("4 years custody and 3 years licence", "is not understood"),
        ("24 weeks imprisonment concurrent", "“concurrent” in the sentence is not understood"),
        ("18 months suspended sentence with 12 months supervision", "“supervision” in the sentence"),
        ("1.3 months custody", "Write the length in whole"),
        ("11/2 years custody", "Say how long"),
        ("6 months 2 years custody", "Write it like"),
        ("12-24 months custody", "“12” in the sentence is not understood"),
        ("life imprisonment", "Say how long"),
        ("0 months custody", "Say how long"),
        ("61 years custody", "Say how long"),
        ("999999999999999999999 years custody", "Say how long"),
        ("# custody", "Say how long"),
        ("12 months ~C", "Say what kind"),
        ("12 months order", "Say what kind"),
        ("26 weeks", "Say what kind"),
        ("26 weeks custody on 31/2/2026", "no day 31"),
    ],
)
def test_a_sentence_that_is_not_wholly_understood_is_refused(written, said):
    with pytest.raises(Unreadable, match=said):
        a_sentence(written)


@pytest.mark.parametrize(
    ("written", "kind", "detail", "ordered"),
    [
        (
            "exclusion: not to go within 50m of the residence of V", Kind.EXCLUSION,
            "not to go within 50m of the residence of V", None,
        ),
        ("prohibited activity: no contact with drug users", Kind.PROHIBITED, "no contact with drug users", None),
        ("curfew at residence 7pm to 7am", Kind.CURFEW, "at residence 7pm to 7am", None),
        ("alcohol abstinence and monitoring 90 days", Kind.ABSTINENCE, "", 90),
        ("AAMR", Kind.ABSTINENCE, "", None),
        ("exclusion", Kind.EXCLUSION, "", None),
        ("Curfew", Kind.CURFEW, "", None),
        ("prohibited activity", Kind.PROHIBITED, "", None),
        ("foreign travel prohibition", Kind.TRAVEL, "", None),
        ("attendance centre", Kind.ATTENDANCE, "", None),
        ("electronic compliance monitoring", Kind.TAG_COMPLIANCE, "", None),
        ("electronic whereabouts monitoring", Kind.TAG_WHEREABOUTS, "", None),
        ("DRR 6 months", Kind.DRUG, "6 months", None),
        ("ATR", Kind.ALCOHOL, "", None),
        ("MHTR", Kind.MENTAL_HEALTH, "", None),
        ("drug: 6 months", Kind.DRUG, "6 months", None),
        ("drug treatment and testing", Kind.DRUG, "", None),
        ("Licence conditions", Kind.LICENCE, "", None),
        ("unpaid work: 120 hours", Kind.UNPAID_WORK, "", 120),
        ("120 hours unpaid work", Kind.UNPAID_WORK, "", 120),
        ("unpaid work 80 hrs, in 12 months", Kind.UNPAID_WORK, "in 12 months", 80),
        ("unpaid work (level 2): 300 hours", Kind.UNPAID_WORK, "(level 2) 300 hours", 300),
        ("rehabilitation activity requirement (max 20 days)", Kind.REHABILITATION, "max 20 days", 20),
        ("programme: Thinking Skills, 26 sessions", Kind.PROGRAMME, "Thinking Skills, 26 sessions", 26),
    ],
)  # fmt: skip
def test_a_requirement_is_the_kind_that_its_words_begin_with(written, kind, detail, ordered):
    assert requirements(written) == [Required(kind, detail, ordered)]


def test_every_kind_can_be_written_by_its_name():
    for kind in Kind:
        assert [one.kind for one in requirements(kind.label)] == [kind]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("dancing", "“dancing” is not a requirement we know"),
        ("not to live near the residence of V", "is not a requirement we know"),
        ("alcohol ban", "“alcohol ban” is not a requirement we know"),
        ("curfew tonight: 7pm", "is not a requirement we know"),
        ("supervision and unpaid work", "may be two requirements"),
        ("unpaid work, supervision", "may be two requirements"),
        ("unpaid work: 120 hours, 12 months supervision", "may be two requirements"),
        ("residence exclusion", "may be two requirements"),
        ("electronic monitoring", "does not say what is monitored"),
        ("unpaid work: 120 hours, 20 hours a month", "Write one number of hours"),
        ("unpaid work: 2001 hours", "2,000 or fewer"),
        ("unpaid work: 0 hours", "2,000 or fewer"),
    ],
)
def test_a_requirement_that_is_not_wholly_understood_is_refused(written, said):
    with pytest.raises(Unreadable, match=said):
        requirements(written)


def test_what_is_said_twice_is_one_requirement():
    assert requirements("residence; Residence\nresidence;;") == [Required(Kind.RESIDENCE)]


# --- On the record ------------------------------------------------------------------------------


@pytest.fixture
def file_saying(db, officer, prison):
    order = {"sentence": "12 months community order", "release_date": ""}
    return lambda said: a_file({**order, "requirements": said})


def kept():
    return sorted(Requirement.objects.values_list("kind", "detail", "ordered"))


def test_hours_are_kept_as_what_was_ordered_and_the_same_file_again_changes_nothing(file_saying):
    load(file_saying("unpaid work: 120 hours; curfew at home"))
    assert kept() == [("CURFEW", "at home", None), ("UNPAID_WORK", "", 120)]

    again = load(file_saying("unpaid work: 120 hours; curfew at home"))

    assert again.lines[-1] == "people: 1 read, 0 created, 0 changed, 1 unchanged, 0 refused"


def test_a_file_that_gives_no_hours_leaves_those_on_record(file_saying):
    load(file_saying("unpaid work: 120 hours"))

    assert load(file_saying("unpaid work")).unchanged == 1
    load(file_saying("unpaid work: at weekends"))
    assert kept() == [("UNPAID_WORK", "at weekends", 120)]
    load(file_saying("unpaid work: 100 hours"))
    assert kept() == [("UNPAID_WORK", "", 100)]


def test_a_payback_order_is_one(file_saying):
    load(a_file({"sentence": "12 months community payback order", "release_date": ""}))

    assert Sentence.objects.get().kind == Sentence.Kind.PAYBACK
