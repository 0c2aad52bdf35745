"""What money is for, what it may not buy, why someone asks for it, and how they take it."""

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


class Way(models.TextChoices):
    """How someone takes their money, in their words."""

    NOTIONAL = "NOTIONAL", "The service pays for me"
    PROVIDER = "PROVIDER", "A provider I chose looks after it"
    THIRD_PARTY = "THIRD_PARTY", "Someone who does this as a job looks after it"
    NOMINEE = "NOMINEE", "It is paid to someone I trust"
    CARD = "CARD", "A card with money on it"
    DIRECT = "DIRECT", "It is paid to my own account"


CASH = (Way.NOMINEE, Way.CARD, Way.DIRECT)  # whoever has it could draw it as cash: a named senior decides
BY_ANOTHER = (Way.PROVIDER, Way.THIRD_PARTY, Way.NOMINEE)  # someone else looks after it, and said that they will


class Law(models.TextChoices):
    """Whose rules about cash bind a funder's money."""

    CARE_ENGLAND = "CARE_ENGLAND", "Care money in England"
    HEALTH_ENGLAND = "HEALTH_ENGLAND", "Health money in England"
    SCHOOL_ENGLAND = "SCHOOL_ENGLAND", "Education money in England"
    CARE_WALES = "CARE_WALES", "Care money in Wales"
    CARE_SCOTLAND = "CARE_SCOTLAND", "Care money in Scotland"


class Every(models.TextChoices):
    """How often something is paid that is not paid once."""

    WEEK = "WEEK", "Each week"
    TWO_WEEKS = "TWO_WEEKS", "Every two weeks"
    MONTH = "MONTH", "Each month"
