"""What money is for, what it may not buy, and why someone asks for it."""

from django.db import models


class Purpose(models.TextChoices):
    """What the money is for, as funders read it."""

    HOME = "HOME", "A home: rent, deposit, furniture"
    COUNSELLING = "COUNSELLING", "Counselling or treatment"
    LEARNING = "LEARNING", "Reading, writing, learning"
    WORK = "WORK", "Work and training"
    ENTERPRISE = "ENTERPRISE", "Starting something of my own"
    TRAVEL = "TRAVEL", "Travel"
    CLOTHING = "CLOTHING", "Clothes and tools"
    CONNECTION = "CONNECTION", "Phone, internet, identity papers"
    FAMILY = "FAMILY", "Family and friends"
    ACTIVITY = "ACTIVITY", "Sport, arts, activities"


class Prohibited(models.TextChoices):
    """What a programme's money may not buy, where its rules say so."""

    ALCOHOL = "ALCOHOL", "Alcohol"
    TOBACCO = "TOBACCO", "Tobacco or vapes"
    GAMBLING = "GAMBLING", "Gambling"
    WEAPONS = "WEAPONS", "A weapon"
    FINES = "FINES", "A fine or court cost"
    DEBTS = "DEBTS", "A debt or loan"
    CASH = "CASH", "Cash or something like it"


class Because(models.TextChoices):
    """Why someone asks, to pick from before they say it in their own words."""

    NO_WAIT = "NO_WAIT", "To avoid a waiting list"
    AWAY = "AWAY", "To stay away from old places or people"
    GOING_WELL = "GOING_WELL", "To keep up something that goes well"
    BEGIN = "BEGIN", "To begin something new"
    SAFE = "SAFE", "To be safe"
    NOBODY_ELSE = "NOBODY_ELSE", "Nobody else pays for it"
