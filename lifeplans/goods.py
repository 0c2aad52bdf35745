"""The eleven goods of a good life (Good Lives Model), in words anyone can use of themselves."""

from django.db import models


class Good(models.TextChoices):
    LIFE = "LIFE", "Being healthy and safe"
    KNOWLEDGE = "KNOWLEDGE", "Learning things"
    WORK = "WORK", "Being good at my work"
    PLAY = "PLAY", "Hobbies and fun"
    AGENCY = "AGENCY", "Making my own choices"
    INNER_PEACE = "INNER_PEACE", "Feeling calm"
    RELATEDNESS = "RELATEDNESS", "Family and friends"
    COMMUNITY = "COMMUNITY", "Being part of something"
    SPIRITUALITY = "SPIRITUALITY", "Having meaning"
    PLEASURE = "PLEASURE", "Feeling happy"
    CREATIVITY = "CREATIVITY", "Making things"


# One word each, for the wheel.
WORDS: dict[str, str] = {
    Good.LIFE: "Health", Good.KNOWLEDGE: "Learning", Good.WORK: "Work", Good.PLAY: "Fun", Good.AGENCY: "Choices",
    Good.INNER_PEACE: "Calm", Good.RELATEDNESS: "Family", Good.COMMUNITY: "Belonging", Good.SPIRITUALITY: "Meaning",
    Good.PLEASURE: "Joy", Good.CREATIVITY: "Making",
}  # fmt: skip

SENTENCES: dict[str, str] = {
    Good.LIFE: "I eat and sleep well, I have somewhere safe to live, and I look after my body.",
    Good.KNOWLEDGE: "I find things out and understand what matters to me.",
    Good.WORK: "I have work or training that I can be proud of.",
    Good.PLAY: "I have things I like to do in my free time.",
    Good.AGENCY: "I choose what I do with my life, and I can stand on my own feet.",
    Good.INNER_PEACE: "My head is calm. I can handle stress and bad days.",
    Good.RELATEDNESS: "I have people who love me, and people I can trust.",
    Good.COMMUNITY: "I belong somewhere, like a team, a street or a group.",
    Good.SPIRITUALITY: "My life has a point to it. For some people that is faith.",
    Good.PLEASURE: "I enjoy my days and I laugh.",
    Good.CREATIVITY: "I make new things, like music, food, art or ideas.",
}
