"""Read the Ministry of Justice's contracts for commissioned rehabilitative services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from providers.imports.reading import BadRecord, Fields, WrongFile, check_storable
from providers.imports.records import ActivityRecord, PlaceRecord, ProviderRecord, ServiceRecord
from providers.models import Charge, Provider
from providers.needs import needs_of_category, needs_of_contract
from providers.wording import name_from_code

Names = dict[str, dict[str, Any]]


def records_in(data: Any, name: str) -> list[Any]:
    """The contracts in the file, or a sentence where it is another kind of file."""
    if not isinstance(data, list):
        raise WrongFile(f"{name} is not a list of contracts.")
    if not data:
        raise WrongFile(f"{name} has no contracts in it.")
    if not any(isinstance(record, dict) and "internal_contract_id" in record for record in data):
        raise WrongFile(f"{name} is JSON, but not a list of contracts: none has an internal_contract_id.")
    return data


def names_in(reference: Any) -> Names:
    """Names of regions and police areas from a reference file, as far as it has them."""
    if not isinstance(reference, dict):
        raise WrongFile("The reference file is not one with regions in it.")
    regions = {row["code"]: row for row in _rows(reference, "probation_regions", "code")}
    areas = {row["id"]: row for row in _rows(reference, "pcc_regions", "id")}
    return {"regions": regions, "areas": areas}


def _rows(reference: dict[str, Any], key: str, code: str) -> Iterator[dict[str, Any]]:
    for row in reference.get(key) or []:
        if isinstance(row, dict) and isinstance(row.get(code), str) and isinstance(row.get("name"), str):
            yield row


def read(record: Any, names: Names) -> ServiceRecord:
    """One contract as one service. Raises BadRecord with the reason where that cannot be."""
    check_storable(record)
    contract = Fields(record)
    activities, refused = _activities(record.get("activities"))
    code = contract.text("contract_type_id", most=20, required=True)
    providers = contract.part("providers")
    return ServiceRecord(
        external_id=contract.text("internal_contract_id", most=100, required=True),
        provider=_provider(providers.text("prime_provider_code", most=100, required=True)),
        subcontractors=[_provider(code) for code in _codes(providers.record.get("subcontractor_codes"))],
        place=_place(contract.part("region"), names),
        fields={
            "name": contract.name("intervention_title", required=True),
            "description": contract.text("short_description", most=20_000),
            "contract_reference": contract.text("contract_reference", most=100),
            "contract_type": code,
            "needs": needs_of_contract(code, [activity.need_area for activity in activities]),
            **_eligibility(contract.part("eligibility")),
            **_window(contract.part("scheduling")),
            "as_imported": {key: value for key, value in record.items() if key != "activities"},
        },
        first={"charge": Charge.CONTRACTED},
        activities=activities,
        refused_activities=refused,
    )


def _eligibility(eligibility: Fields) -> dict[str, Any]:
    return {
        "allows_male": eligibility.flag("allows_male"),
        "allows_female": eligibility.flag("allows_female"),
        "minimum_age": eligibility.age("minimum_age"),
        "maximum_age": eligibility.age("maximum_age"),
    }


def _window(scheduling: Fields) -> dict[str, Any]:
    return {"opens_on": scheduling.day("hide_before"), "closes_on": scheduling.day("hide_after")}


def _place(region: Fields, names: Names) -> PlaceRecord:
    region_code = region.text("nps_region_code", most=10)
    area_code = region.text("pcc_region_code", most=40)
    area = names["areas"].get(area_code, {})
    region_code = region_code or str(area.get("probation_region") or "")
    region_name = str(names["regions"].get(region_code, {}).get("name", f"Region {region_code}"))
    return PlaceRecord(
        region=(region_code, region_name) if region_code else None,
        police_area=(area_code, str(area.get("name") or area_code.replace("-", " ").title())) if area_code else None,
    )


def _provider(code: str) -> ProviderRecord:
    return ProviderRecord(external_id=code, name=name_from_code(code), first={"sector": _sector(code)})


def _sector(code: str) -> str:
    """Only what the code itself says."""
    words = code.split("_")
    if "CIC" in words:
        return Provider.Sector.SOCIAL_ENTERPRISE
    if "CHARITY" in words:
        return Provider.Sector.CHARITY
    return Provider.Sector.PUBLIC if "NHS" in words else Provider.Sector.UNKNOWN


def _codes(value: Any) -> list[str]:
    codes = value or []
    if not isinstance(codes, list) or not all(isinstance(code, str) and 0 < len(code) <= 100 for code in codes):
        raise BadRecord("subcontractor_codes is not a list of codes")
    return list(dict.fromkeys(codes))


def _activities(value: Any) -> tuple[list[ActivityRecord], list[tuple[int, str]]]:
    """Each line that can be read, and the number and reason of each that cannot."""
    if value is not None and not isinstance(value, list):
        raise BadRecord("activities is not a list")
    good, refused = [], []
    for number, line in enumerate(value or [], start=1):
        try:
            good.append(_activity(Fields(line)))
        except BadRecord as problem:
            refused.append((number, str(problem)))
    return good, refused


def _activity(line: Fields) -> ActivityRecord:
    area = line.text("need_area", most=200)
    return ActivityRecord(
        need_area=area,
        needs=tuple(need.value for need in needs_of_category(area)),
        activity=line.text("activity", most=5_000),
        delivery_method=line.text("delivery_method", most=5_000),
        delivery_location=line.text("delivery_location", most=5_000),
    )
