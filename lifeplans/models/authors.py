"""The two authors of a plan, and what each can say to a goal."""

from django.db import models

WHOSE_WORDS = {"invalid_choice": "Say whose words these are."}


class Author(models.TextChoices):
    PARTICIPANT = "PARTICIPANT", "Participant"
    PRACTITIONER = "PRACTITIONER", "Practitioner"

    @property
    def other(self) -> "Author":
        return Author.PRACTITIONER if self == Author.PARTICIPANT else Author.PARTICIPANT


class Answer(models.TextChoices):
    AGREE = "AGREE", "Agrees"
    DISAGREE = "DISAGREE", "Does not agree"
    COULD_NOT_ANSWER = "COULD_NOT_ANSWER", "Could not answer"
