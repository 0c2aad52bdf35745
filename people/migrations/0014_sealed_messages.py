"""Words that let their reader in are sealed while they wait, and never in the body of a message."""

from typing import Any

from django.conf import settings
from django.db import migrations

import common.encryption
from common.postgres.actor import SYSTEM, acting_as

HIDDEN = "The words let someone in, so they are not shown here."
LET_IN = r"^(sign-in|invitation):|^referral:[0-9]+:link:"


def seal_those_that_wait(apps: Any, editor: Any) -> None:
    """What still waits keeps its words, sealed; what has gone, or will not go, keeps none. The demo shows them."""
    if settings.DEMO:
        return
    with acting_as(SYSTEM):
        found = apps.get_model("people", "Message").objects.filter(dedupe_key__regex=LET_IN)
        for message in found.filter(state__in=["WAITING", "PARKED"]):
            message.sealed = message.body
            message.save(update_fields=["sealed"])
        found.update(body=HIDDEN)


class Migration(migrations.Migration):
    dependencies = [("people", "0013_anchored_seals")]
    operations = [
        migrations.AddField(
            "message", "sealed", common.encryption.SealedTextField(blank=True, default="", db_default="")
        ),
        migrations.RunPython(seal_those_that_wait, migrations.RunPython.noop),
    ]
