"""How a person takes things in, and how ready they are to change: coded answers, so that pages can act on them."""

from __future__ import annotations

from django.db import models


class Communication(models.TextChoices):
    EASY_READ = "EASY_READ", "Easy read, with pictures"
    LARGE_PRINT = "LARGE_PRINT", "Large print"
    READ_ALOUD = "READ_ALOUD", "Things read aloud"
    SHORT_TEXTS = "SHORT_TEXTS", "Short text messages"
    SHOW_ME = "SHOW_ME", "Learns by being shown"
    DO_IT = "DO_IT", "Learns by doing"
    HEARING = "HEARING", "Hard of hearing"
    BSL = "BSL", "British Sign Language"
    DYSLEXIA = "DYSLEXIA", "Dyslexia"
    ADHD = "ADHD", "ADHD: short meetings, one thing at a time"
    AUTISM = "AUTISM", "Autism: say what will happen beforehand"
    LEARNING = "LEARNING", "Learning disability"


class Readiness(models.TextChoices):
    """What the person says when asked about change: their answer, not ours."""

    KEEPING = "KEEPING", "I have made changes and want to keep them"
    MAKING = "MAKING", "I am making changes"
    KNOWS_HOW = "KNOWS_HOW", "I want to make changes and know how to"
    NEEDS_HELP = "NEEDS_HELP", "I want to make changes but need help"
    THINKING = "THINKING", "I am thinking about making changes"
    NOT_NOW = "NOT_NOW", "I do not want to make changes"
    NO_ANSWER = "NO_ANSWER", "I do not want to answer"
