"""Write a service in the Open Referral UK 3.0 format. It holds nothing about any person."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from lifeplans.needs import Need
from providers.models import Provider, Service

STATUSES = {
    Service.Status.ACTIVE: "active",
    Service.Status.INACTIVE: "inactive",
    Service.Status.DEFUNCT: "defunct",
    Service.Status.TEMPORARILY_CLOSED: "temporarily closed",
}
_OURS = uuid5(NAMESPACE_URL, "urn:good-lives:directory")


def made_id(kind: str, key: object) -> str:
    """An id for a thing that has none of its own: the same each time."""
    return str(uuid5(_OURS, f"{kind}:{key}"))


def need_id(need: str) -> str:
    return made_id("need", need)


def need_of(term_id: str) -> str:
    """The need that a taxonomy term's id stands for."""
    return next((need.value for need in Need if need_id(need) == term_id), "")


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def said(fields: dict[str, Any]) -> dict[str, Any]:
    """Leave out what we do not know: the standard has no nulls."""
    return {key: value for key, value in fields.items() if value not in (None, "", [])}


def organisation(provider: Provider) -> dict[str, Any]:
    own_id = provider.external_id if is_uuid(provider.external_id) else made_id("provider", provider.pk)
    return said(
        {
            "id": own_id,
            "name": provider.name,
            "description": provider.about or provider.name,
            "email": provider.email,
            "website": provider.website,
        }
    )


def brief(service: Service) -> dict[str, Any]:
    """One service as a list shows it."""
    return said(
        {
            "id": str(service.ref),
            "name": service.name,
            "description": service.description,
            "url": service.website,
            "email": service.send_to,
            "status": STATUSES[Service.Status(service.status)],
            "fees": service.price_note,
            "minimum_age": service.minimum_age,
            "maximum_age": service.maximum_age,
            "organization": organisation(service.provider),
        }
    )


def full(service: Service) -> dict[str, Any]:
    """One service in full."""
    return {**brief(service), **said({
        "cost_options": _cost(service),
        "service_areas": _areas(service),
        "service_at_locations": _locations(service),
        "attributes": [_attribute(service, need) for need in service.needs],
    })}  # fmt: skip


def _cost(service: Service) -> list[dict[str, Any]]:
    if service.price is None and service.charge != "FREE":
        return []
    amount = (service.price or 0) / 100
    return [{"id": made_id("cost", service.pk), "amount": amount, "amount_description": service.price_words}]


def _areas(service: Service) -> list[dict[str, Any]]:
    area = service.police_area or service.region
    return [{"id": made_id("area", service.pk), "name": str(area), "service_area": str(area)}] if area else []


def _locations(service: Service) -> list[dict[str, Any]]:
    """The middle of the outcode: good to a few miles, and it says so."""
    if service.outcode is None:
        return []
    location = {
        "id": made_id("location", service.pk),
        "location_type": "physical",
        "name": service.place_words,
        "description": "The middle of the postcode district, so about right only.",
        "latitude": service.outcode.latitude,
        "longitude": service.outcode.longitude,
    }
    return [{"id": made_id("at", service.pk), "location": location}]


def _attribute(service: Service, need: str) -> dict[str, Any]:
    label = Need(need).label
    term = {
        "id": need_id(need),
        "name": label,
        "description": f"Helps with: {label.lower()}",
        "taxonomy": "Needs of a life plan",
        "term": need,
    }
    return {"id": made_id("attribute", f"{service.pk}:{need}"), "link_type": "service_category", "taxonomy_term": term}
