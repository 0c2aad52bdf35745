"""Police force areas: smaller than a probation region, and where many contracts say they run."""

from django.db import models

from people.models import Region


class PoliceArea(models.Model):
    """The area of one police and crime commissioner."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="police_areas")

    def __str__(self) -> str:
        return self.name
