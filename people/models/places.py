"""Where: probation regions, delivery units, offices, prisons, and roughly where an outcode lies."""

from django.db import models


class Region(models.Model):
    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class DeliveryUnit(models.Model):
    """A probation delivery unit: the service's "area"."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=150)
    region = models.ForeignKey(Region, models.PROTECT, related_name="delivery_units")
    nobodys_people = models.PositiveIntegerField(default=0)  # while no one manages the area (people/access/unallocated)

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=150)
    address = models.CharField(max_length=400)
    outcode = models.CharField(max_length=4, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="offices")

    def __str__(self) -> str:
        return self.name


class Prison(models.Model):
    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=150)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Outcode(models.Model):
    """The first half of a postcode and the middle of its area (WGS84 degrees): good to a few kilometres only."""

    code = models.CharField(max_length=4, primary_key=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    town = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.code
