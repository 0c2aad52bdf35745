"""Forms the person fills in alone, on a phone: few questions, words for a reader of nine."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from common.forms import ChoiceField, DayField, Form, LongTextField, TextField, TickField
from lifeplans.goods import SENTENCES, Good
from lifeplans.models import Answer, GoodRating, Strength

WHENS = {"3": "In about 3 months", "6": "In about 6 months", "12": "In about a year", "": "I do not know yet"}
MARKS = [(2, "Not much"), (4, "A little"), (6, "Some"), (8, "A lot"), (10, "More than anything")]
CONTENT = [(2, "Bad"), (4, "Not so good"), (6, "OK"), (8, "Good"), (10, "Great")]


class MyWordsForm(Form):
    changes_what_is_there = True
    title = TextField(
        label="What do I want?", max_length=300, help_text="Say it your way. Like: I want a place of my own."
    )
    why = LongTextField(label="Why does it matter to me?", required=False, max_length=1000, rows=3)


class MyGoalForm(MyWordsForm):
    good = ChoiceField(
        label="What would it bring me?", choices=Good.choices, hints=SENTENCES, called="what it would bring you"
    )
    when = ChoiceField(label="When do I want it by?", choices=list(WHENS.items()), required=False)
    gives_back = TickField(label="It helps other people too", required=False)

    def goal(self, today: date) -> dict[str, Any]:
        """What was typed, with "in about 3 months" as a date."""
        typed = dict(self.cleaned_data)
        months = typed.pop("when")
        return typed | {"target_date": today + timedelta(days=round(int(months) * 365 / 12)) if months else None}


class MyAnswerForm(Form):
    answer = ChoiceField(
        label="What do you think of this goal?",
        called="what you think",
        choices=[
            (Answer.AGREE, "Yes, I agree"),
            (Answer.DISAGREE, "No, I do not agree"),
            (Answer.COULD_NOT_ANSWER, "I am not sure"),
        ],
    )
    words = LongTextField(
        label="Why?", required=False, max_length=1000, rows=3, help_text="Say why if you do not agree or are not sure."
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("answer") in (Answer.DISAGREE, Answer.COULD_NOT_ANSWER) and not cleaned.get("words", "x"):
            self.add_error("words", "Say why, in a few words.")
        return cleaned


class MyStepForm(Form):
    text = TextField(label="What will I do?", max_length=300)
    due_on = DayField(label="By when?", required=False, called="the day")


class MyPauseForm(Form):
    note = LongTextField(label="What happened?", max_length=1000, rows=3)


class MyAchieveForm(Form):
    how_it_helped = LongTextField(label="How did it help me?", required=False, max_length=1000, rows=3)


class MyDropForm(Form):
    reason = LongTextField(label="Why do I not want it now?", max_length=1000, rows=3)


class MyStrengthForm(Form):
    ring = ChoiceField(
        label="Where is it?",
        called="where it is",
        choices=Strength.Ring.choices,
        hints={
            Strength.Ring.SELF: "Things I can do, or know, or am proud of",
            Strength.Ring.FAMILY: "My family, partner or children",
            Strength.Ring.NETWORKS: "Friends, an old boss, a team",
            Strength.Ring.COMMUNITY: "A place or a group near me",
        },
    )
    text = TextField(label="Who or what helps me?", max_length=300)


class MyStoryForm(Form):
    changes_what_is_there = True
    story = LongTextField(
        label="My story so far", required=False, rows=10, max_length=4000, count=True,
        help_text="Where I have been, what I have learned, who I want to be.",
    )  # fmt: skip


class MyGivingForm(Form):
    changes_what_is_there = True
    gives_back = LongTextField(
        label="What I will give back", required=False, rows=6, max_length=2000, count=True,
        help_text="Things I can do for other people. Big or small.",
    )  # fmt: skip


class MyRatingForm(Form):
    importance = ChoiceField(label="How much does this matter to me?", choices=MARKS, coerce=int)
    satisfaction = ChoiceField(label="How is it in my life now?", choices=CONTENT, coerce=int)


def nearest(score: int) -> int:
    """The mark that stands for a score from 1 to 10."""
    return score + score % 2


def last_answers(rating: GoodRating | None) -> dict[str, int]:
    if rating is None:
        return {}
    return {"importance": nearest(rating.importance), "satisfaction": nearest(rating.satisfaction)}


def shown(rating: GoodRating | None) -> dict[str, str]:
    """What was said last, in the words it was asked in."""
    if rating is None:
        return {}
    return {
        "matters": dict(MARKS)[nearest(rating.importance)],
        "now": dict(CONTENT)[nearest(rating.satisfaction)],
    }
