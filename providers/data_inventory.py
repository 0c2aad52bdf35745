"""What this floor holds about a person."""

from common.data_inventory import Held
from providers.models import Referral

HELD = [
    Held(
        Referral,
        "Help and services",
        "participant",
        others=("reason", "told", "decline_note", "delivery_note", "cancel_note"),
        kept=("reference",),
        dated="sent_on",
    )
]
