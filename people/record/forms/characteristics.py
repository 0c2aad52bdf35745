"""What a person says of themselves. Each question may be left, and says why it is asked."""

from __future__ import annotations

from typing import Any, ClassVar

from common.forms import ChoiceField, Form, SelectField, TextField
from people.models import Characteristics
from people.models.characteristics import (
    ETHNIC_GROUPS,
    IN_OWN_WORDS,
    NOT_SAID,
    OTHER,
    PREFER_NOT,
    Ethnicity,
    Gender,
    Nationality,
    Orientation,
    Pregnancy,
    Religion,
    Sex,
    YesNo,
)

NO_ANSWER = ("", "No answer yet")
SEEN = "Everyone who works with you can see a yes"
FAIR = "to check that what we offer is fair to everyone"


def _question(label: str, choices: list[tuple[str, str]], why: str) -> ChoiceField:
    return ChoiceField(label=label, choices=[*choices, NO_ANSWER], help_text=f"Why we ask: {why}.", required=False)


def _own_words(label: str) -> TextField:
    return TextField(label=label, required=False, max_length=100, width=20)


def _ethnic_groups() -> list[tuple[str, Any]]:
    label = dict(Ethnicity.choices)
    listed = [(group, [(value, label[value]) for value in values]) for group, values in ETHNIC_GROUPS.items()]
    return [*listed, (PREFER_NOT, NOT_SAID)]


class CharacteristicsForm(Form):
    """The questions in the person's own words: they answer, on their own page or to whoever leads their case."""

    changes_what_is_there = True
    applies_when: ClassVar[dict[str, str]] = {
        "gender_words": f"gender:{OTHER}",
        "ethnicity_words": f"ethnicity:{','.join(IN_OWN_WORDS)}",
        "nationality_words": f"nationality:{OTHER}",
        "religion_words": f"religion:{OTHER}",
        "orientation_words": f"orientation:{OTHER}",
    }
    sex = _question("What is your sex?", Sex.choices, "some services take only women, or only men")
    gender = _question("How do you describe your gender?", Gender.choices, "to speak of you as you want")
    gender_words = _own_words("Your gender in your own words")
    ethnicity = SelectField(
        label="What is your ethnic group?", choices=_ethnic_groups, empty_label="No answer yet", required=False,
        help_text=f"Why we ask: {FAIR}.",
    )  # fmt: skip
    ethnicity_words = _own_words("Your ethnic group in your own words")
    nationality = _question("What is your nationality?", Nationality.choices, "it can change what help you can get")
    nationality_words = _own_words("Which nationality, or nationalities?")
    religion = _question("What is your religion or belief?", Religion.choices, "to mind your holy days and your food")
    religion_words = _own_words("Your religion or belief in your own words")
    orientation = _question("What is your sexual orientation?", Orientation.choices, FAIR)
    orientation_words = _own_words("Your sexual orientation in your own words")
    disability = _question(
        "Do you have a health condition or disability that makes daily life harder, for a year or more?",
        YesNo.choices, "so that we change how we do things for you",
    )  # fmt: skip
    care_leaver = _question("Were you in care as a child?", YesNo.choices, f"care leavers can get more help. {SEEN}")
    veteran = _question("Were you in the armed forces?", YesNo.choices, f"veterans can get more help. {SEEN}")
    pregnancy = _question(
        "Are you pregnant, or do you have a new baby?", Pregnancy.choices, "so that we plan around it"
    )

    def clean(self) -> dict[str, Any]:
        """Words belong to the answer that asks for them, and go with it."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for words, rule in self.applies_when.items():
            question, wanted = rule.split(":")
            if said.get(question) not in wanted.split(","):
                said[words] = ""
        return said


def characteristics_initial(row: Characteristics | None) -> dict[str, Any]:
    return {name: getattr(row, name) if row else "" for name in CharacteristicsForm.base_fields}
