"""Read services in the Open Referral UK 3.0 format, and its variants in real feeds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from common.money import MOST, pounds
from providers.imports.reading import (
    BadRecord,
    Fields,
    WrongFile,
    check_storable,
    email_or_none,
    outcode_in,
    phone_or_none,
)  # fmt: skip
from providers.imports.records import PlaceRecord, ProviderRecord, ServiceRecord
from providers.models import Charge, PriceUnit, Service
from providers.needs import needs_in

OF_A_SERVICE = ("status", "organization", "organization_id", "service_at_locations", "cost_options", "minimum_age")
OF_AN_ORGANISATION = (
    "services",
    "organization_identifiers",
    "logo",
    "parent_organization_id",
    "website",
    "legal_status",
)
OF_A_TAXONOMY = ("term", "taxonomy", "term_uri", "version")
STATUSES = {
    "active": Service.Status.ACTIVE,
    "inactive": Service.Status.INACTIVE,
    "defunct": Service.Status.DEFUNCT,
    "temporarily closed": Service.Status.TEMPORARILY_CLOSED,
}
UNITS = {
    "hour": PriceUnit.HOUR, "session": PriceUnit.SESSION, "day": PriceUnit.DAY, "week": PriceUnit.WEEK,
    "month": PriceUnit.MONTH,
}  # fmt: skip


def records_in(data: Any, name: str) -> list[Any]:
    """The services in a page of a feed, a list, or one record on its own; else a sentence about what this is."""
    items = data.get("contents", [data]) if isinstance(data, dict) else data
    if not isinstance(items, list):
        raise WrongFile(f"{name} is not an Open Referral page: its contents are not a list.")
    if not items:
        raise WrongFile(f"{name} has no services in it.")
    services = [service for item in items for service in _services_of(item)]
    known = any(isinstance(item, dict) and ("id" in item or "service" in item) for item in items)
    if not known or (items and not services):
        raise WrongFile(f"{name} is JSON, but there are no services in it.")
    return services


def _services_of(item: Any) -> Iterator[Any]:
    """An organisation carries its services, and a service at a location carries one; a service is itself."""
    if not isinstance(item, dict):
        yield item
    elif isinstance(item.get("service"), dict):
        yield {"service_at_locations": [_without(item, "service")], **item["service"]}
    elif isinstance(item.get("services"), list):
        yield from (
            {"organization": _without(item, "services"), **s} if isinstance(s, dict) else s for s in item["services"]
        )
    elif any(key in item for key in OF_A_SERVICE) or not any(key in item for key in OF_AN_ORGANISATION + OF_A_TAXONOMY):
        yield item


def _without(item: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != key}


def read(record: Any, today: date) -> ServiceRecord:
    """One service. What the record does not say is left out, so that a thin page does not wipe what a full one gave."""
    check_storable(record)
    service = Fields(record)
    name = service.name("name", required=True)
    external_id = service.text("id", most=100, required=True)
    return ServiceRecord(
        external_id=external_id,
        provider=_provider(service, external_id, name),
        place=_place(service),
        fields={
            "name": name,
            "status": _status(service),
            **_words(service),
            **_ages(service),
            **_contact(service),
            **(_charge(service, today) if service.has("cost_options") else {}),
            **_needs(service, name),
            **_address(service),
            "as_imported": record,
        },
        first=_charge(service, today),
    )


def _status(service: Fields) -> str:
    word = service.text("status", most=50).lower().replace("_", " ")
    if word and word not in STATUSES:
        raise BadRecord("status is not one of active, inactive, defunct or temporarily closed")
    return STATUSES.get(word, Service.Status.ACTIVE)


def _words(service: Fields) -> dict[str, Any]:
    return {"description": service.text("description", most=20_000)} if service.has("description") else {}


def _ages(service: Fields) -> dict[str, Any]:
    ages = {key: service.age(key) for key in ("minimum_age", "maximum_age") if key in service.record}
    youngest, oldest = ages.get("minimum_age"), ages.get("maximum_age")
    if youngest is not None and oldest is not None and oldest < youngest:
        raise BadRecord("maximum_age is under minimum_age")
    return ages


def _contact(service: Fields) -> dict[str, Any]:
    """Leave out invalid e-mail and web addresses; the imported record keeps them."""
    phones = [service.text("phone", most=100), *(phone.text("number", most=100) for phone in service.parts("phones"))]
    found = {
        "email": email_or_none(service.text("email", most=1000)),
        "phone": next((phone for phone in map(phone_or_none, phones) if phone), ""),
        "website": _web(service.text("url", most=2000)),
    }
    return {key: value for key, value in found.items() if value}


def _web(address: str) -> str:
    return address if address.startswith(("http://", "https://")) and len(address) <= 300 else ""


def _provider(service: Fields, external_id: str, name: str) -> ProviderRecord:
    """Who offers it; where the feed does not say, the service stands for its own provider."""
    organisation = service.part("organization")
    own_id = organisation.text("id", most=100) or service.text("organization_id", most=100)
    return ProviderRecord(
        external_id=own_id or f"service:{external_id}"[:100],
        name=organisation.name("name") or name,
        first={
            "about": organisation.text("description", most=20_000),
            "email": email_or_none(organisation.text("email", most=1000)),
            "website": _web(organisation.text("website", most=2000)),
        },
    )


def _addresses(service: Fields) -> list[Fields]:
    return [
        address
        for at in service.parts("service_at_locations")
        if isinstance(at.record.get("location"), dict)
        for address in at.part("location").parts("addresses")
    ]


def _place(service: Fields) -> PlaceRecord:
    addresses = _addresses(service)
    outcodes = [outcode_in(address.text("postal_code", most=100)) for address in addresses]
    return PlaceRecord(outcodes=[outcode for outcode in outcodes if outcode], given=bool(addresses))


def _address(service: Fields) -> dict[str, Any]:
    """The first address, on one line."""
    keys = ("address_1", "address_2", "city", "state_province", "postal_code")
    found = [", ".join(filter(None, (address.text(key, most=400) for key in keys))) for address in _addresses(service)]
    return {"address": found[0][:400]} if found else {}


def _needs(service: Fields, name: str) -> dict[str, Any]:
    """From its taxonomy terms if it has any that tell, else from its name and description."""
    if not service.has("attributes") and not service.has("description"):
        return {}
    terms = [attribute.part("taxonomy_term").text("name", most=500) for attribute in service.parts("attributes")]
    return {"needs": needs_in(*terms) or needs_in(name, service.text("description", most=20_000))}


def _charge(service: Fields, today: date) -> dict[str, Any]:
    """The price that holds today; other prices are told in words."""
    options = service.parts("cost_options")
    note = "; ".join(filter(None, [service.text("fees", most=2000), *map(_option_words, options)]))[:500]
    now = next((option for option in options if _holds(option, today) and _pence(option) is not None), None)
    pence = _pence(now) if now else None
    if pence:
        return {"charge": Charge.PRICED, "price": pence, "price_unit": _unit(now), "price_note": note}
    free = pence == 0 or service.text("fees", most=2000).lower().strip(" .") in ("free", "no charge", "none")
    return {"charge": Charge.FREE if free else Charge.ASK, "price": None, "price_unit": "", "price_note": note}


def _holds(option: Fields, today: date) -> bool:
    start, end = option.day("valid_from"), option.day("valid_to")
    return (start is None or start <= today) and (end is None or end >= today)


def _pence(option: Fields) -> int | None:
    amount = option.record.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return None
    if not 0 <= amount <= MOST // 100:
        raise BadRecord("amount is not a price")
    return round(Decimal(str(amount)) * 100)


def _unit(option: Fields | None) -> str:
    words = f"{option.text('amount_description', most=500)} {option.text('option', most=500)}".lower() if option else ""
    return next(
        (unit for word, unit in {"session": PriceUnit.SESSION, **UNITS}.items() if word in words), PriceUnit.ONCE
    )


def _option_words(option: Fields) -> str:
    price = pounds(_pence(option)) if _pence(option) is not None else ""
    said = " ".join(filter(None, [price, option.text("amount_description", most=500)]))
    return ": ".join(filter(None, [option.text("option", most=500), said]))
