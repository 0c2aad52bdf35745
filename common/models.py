"""Two small tables that every floor stands on: forms already sent, and when each clockwork part last ran."""

from django.db import models

from common.encryption import SealedTextField


class Submission(models.Model):
    """A form that was sent once. Sending it again leads to where it led the first time."""

    key = models.UUIDField(primary_key=True)
    sent_by_id = models.BigIntegerField(null=True)  # a user's id; the cellar knows no users
    sent_at = models.DateTimeField(auto_now_add=True, db_index=True)
    led_to = SealedTextField(blank=True)  # sealed, since an address may hold a token

    def __str__(self) -> str:
        return str(self.key)


class Pulse(models.Model):
    """When a part that runs by itself last ran, and what it said: beat, the sweep, the ledger check."""

    name = models.CharField(max_length=50, primary_key=True)
    beat_at = models.DateTimeField()
    said = models.TextField(blank=True)
    well = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name
