"""The two authors of a plan, and what each can say to a goal."""

from django.db import models


class Side(models.TextChoices):
    PARTICIPANT = "PARTICIPANT", "Participant"
    PRACTITIONER = "PRACTITIONER", "Practitioner"

    @property
    def other(self) -> "Side":
        return Side.PRACTITIONER if self == Side.PARTICIPANT else Side.PARTICIPANT


class Answer(models.TextChoices):
    AGREE = "AGREE", "Agrees"
    DISAGREE = "DISAGREE", "Does not agree"
    COULD_NOT_ANSWER = "COULD_NOT_ANSWER", "Could not answer"
