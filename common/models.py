"""Two small tables that every floor stands on: forms already sent, and how each part that runs by itself is doing."""

from django.db import models

from common.encryption import EncryptedTextField


class Submission(models.Model):
    """A form that was sent once. Sending it again leads to where it led the first time."""

    key = models.UUIDField(primary_key=True)
    sent_by_id = models.BigIntegerField(null=True)  # a user's id; the cellar knows no users
    sent_at = models.DateTimeField(auto_now_add=True, db_index=True)
    redirect_to = EncryptedTextField(blank=True)  # encrypted, since an address may hold a token

    def __str__(self) -> str:
        return str(self.key)


class Heartbeat(models.Model):
    """How a part that runs by itself is doing: beat, and each nightly job. Times are UTC."""

    name = models.CharField(max_length=50, primary_key=True)
    beat_at = models.DateTimeField(null=True)  # when it last ran to its end; null where it never did
    detail = models.TextField(blank=True)
    ok = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0)  # in a row, since it last ran to its end
    retry_at = models.DateTimeField(null=True)  # not before, after a failure

    def __str__(self) -> str:
        return self.name
