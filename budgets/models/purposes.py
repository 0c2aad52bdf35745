"""What money is for."""

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
