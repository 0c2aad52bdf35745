"""Who can help: providers, what they offer and where, who was referred to them, and what nobody offers yet."""

from providers.models.activities import Activity
from providers.models.areas import PoliceArea
from providers.models.providers import Provider, Source
from providers.models.referrals import CancelReason, DeclineReason, Referral, Shared
from providers.models.services import Charge, PriceUnit, Service
from providers.models.unmet import UnmetNeed

__all__ = [
    "Activity",
    "CancelReason",
    "Charge",
    "DeclineReason",
    "PoliceArea",
    "PriceUnit",
    "Provider",
    "Referral",
    "Service",
    "Shared",
    "Source",
    "UnmetNeed",
]
