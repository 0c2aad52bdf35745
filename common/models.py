"""Two small tables that every floor stands on: forms already sent, and when each clockwork part last ran."""

from django.db import models

from common.encryption import EncryptedTextField


class Submission(models.Model):
    """A form that was sent once. Sending it again leads to where it led the first time."""

    key = models.UUIDField(primary_key=True)
    sent_by_id = models.BigIntegerField(null=True)  # a user's id; the cellar knows no users
    sent_at = models.DateTimeField(auto_now_add=True, db_index=True)
    redirect_to = EncryptedTextField(blank=True)  # sealed, since an address may hold a token

    def __str__(self) -> str:
        return str(self.key)


class Heartbeat(models.Model):
    """When a part that runs by itself last ran, and how it went: beat, the sweep, the ledger check."""

    name = models.CharField(max_length=50, primary_key=True)
    beat_at = models.DateTimeField()
    detail = models.TextField(blank=True)
    ok = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name
