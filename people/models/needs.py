"""The eight needs an assessment finds and a goal can touch: what most often stands in the way."""

from django.db import models


class Need(models.TextChoices):
    ACCOMMODATION = "ACCOMMODATION", "Somewhere to live"
    EMPLOYMENT = "EMPLOYMENT", "Work and learning"
    FINANCES = "FINANCES", "Money"
    DRUGS = "DRUGS", "Drugs"
    ALCOHOL = "ALCOHOL", "Alcohol"
    HEALTH = "HEALTH", "Health and wellbeing"
    RELATIONSHIPS = "RELATIONSHIPS", "Relationships and community"
    THINKING = "THINKING", "Thinking and behaviour"
