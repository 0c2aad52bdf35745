"""What this floor holds about a person."""

from common.data_inventory import PersonalDataEntry
from providers.models import Referral

PERSONAL_DATA = [
    PersonalDataEntry(
        Referral,
        "Help and services",
        "participant",
        others=("reason", "told", "decline_note", "delivery_note", "cancel_note"),
        kept=("reference",),
        dated="sent_on",
    )
]
