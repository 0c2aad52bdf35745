"""Two tables that every floor uses: idempotency keys, and heartbeats."""

from django.db import models

from common.encryption import EncryptedTextField


class Submission(models.Model):
    """The idempotency key of a form that was sent, and where it redirected."""

    key = models.UUIDField(primary_key=True)
    sent_by_id = models.BigIntegerField(null=True)  # a user's id; this floor knows no users
    sent_at = models.DateTimeField(auto_now_add=True, db_index=True)
    digest = models.CharField(max_length=64, default="")  # of what was sent, so that other words are not taken for it
    redirect_to = EncryptedTextField(blank=True)  # encrypted, since an address may hold a token

    def __str__(self) -> str:
        return str(self.key)


class Heartbeat(models.Model):
    """When beat or a nightly job last ran, and how it went. Times are UTC."""

    name = models.CharField(max_length=50, primary_key=True)
    beat_at = models.DateTimeField(null=True)  # when it last ran to its end; null where it never did
    detail = models.TextField(blank=True)
    ok = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0)  # in a row, since it last ran to its end
    retry_at = models.DateTimeField(null=True)  # not before, after a failure

    def __str__(self) -> str:
        return self.name
