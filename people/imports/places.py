"""Load regions, delivery units, offices and prisons from the Ministry of Justice's files, and outcodes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.imports.files import WrongFile, decode, read_path, rows
from people.models import DeliveryUnit, Office, Outcode, Prison, Region, User
from people.models.postcodes import outcode_of

REGIONS, UNITS = "crs_reference.json", "probation_delivery_units.csv"
OFFICES, PRISONS = "probation_offices.csv", "prisons.json"


@dataclass
class Count:
    """What became of the rows of one kind."""

    kind: str
    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refusals: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kind}: {self.read} read, {self.created} created, {self.changed} changed, "
            f"{self.unchanged} unchanged, {len(self.refusals)} refused"
        )


@transaction.atomic
@acting_as(SYSTEM)  # places are nobody's to write
def import_places(*, by: User, moj: Path | None = None, outcodes: Path | None = None) -> list[Count]:
    """Load what the given files hold. A wrong file stops it all; a wrong row is refused and said."""
    counts = []
    if moj is not None:
        counts += [_regions(moj, by=by), _units(moj, by=by), _offices(moj, by=by), _prisons(moj, by=by)]
    if outcodes is not None:
        counts.append(_outcodes(outcodes, by=by))
    return counts


def _regions(folder: Path, *, by: User) -> Count:
    named = ((f"item {i}", row) for i, row in enumerate(_json(folder / REGIONS, "probation_regions"), 1))
    return _keep(Region, "regions", named, lambda row: (row["code"], {"name": row["name"]}), by=by)


def _units(folder: Path, *, by: User) -> Count:
    lines = _csv(folder / UNITS, "pdu_id", "name", "probation_region_id")
    regions = Region.objects.in_bulk(field_name="code")
    return _keep(
        DeliveryUnit,
        "delivery units",
        lines,
        lambda row: (row["pdu_id"], {"name": row["name"], "region": regions[row["probation_region_id"]]}),
        by=by,
    )


def _offices(folder: Path, *, by: User) -> Count:
    lines = _csv(folder / OFFICES, "probation_office_id", "name", "address", "probation_region_id")
    regions = Region.objects.in_bulk(field_name="code")

    def read(row: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        place = {"outcode": outcode_of(row["address"]), "region": regions[row["probation_region_id"]]}
        return row["probation_office_id"], {"name": row["name"], "address": row["address"], **place}

    return _keep(Office, "offices", lines, read, by=by)


def _prisons(folder: Path, *, by: User) -> Count:
    named = ((f"item {i}", row) for i, row in enumerate(_json(folder / PRISONS, "prisons"), 1))
    return _keep(
        Prison,
        "prisons",
        named,
        lambda row: (row["code"], {"name": row["name"], "active": row["active"] is True}),
        by=by,
    )


def _outcodes(path: Path, *, by: User) -> Count:
    def read(row: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        place = {"latitude": float(row["latitude"]), "longitude": float(row["longitude"])}
        if not (-90 <= place["latitude"] <= 90 and -180 <= place["longitude"] <= 180):
            raise ValueError
        return row["postcode"].upper(), {**place, "town": row["town"]}

    return _keep(Outcode, "outcodes", _csv(path, "postcode", "latitude", "longitude", "town"), read, by=by)


def _json(path: Path, key: str) -> list[Any]:
    try:
        found = json.loads(decode(read_path(path)))[key]
    except (ValueError, RecursionError, KeyError, TypeError):
        found = None
    if not isinstance(found, list):
        raise WrongFile(f"{path} is not the file expected there: a JSON object with a list called “{key}”.")
    return found


def _csv(path: Path, *needed: str) -> Iterator[tuple[str, dict[str, Any]]]:
    lines = rows(decode(read_path(path)))
    header = [cell.strip() for cell in next(lines).cells]
    if missing := [name for name in needed if name not in header]:
        raise WrongFile(f"{path} has no column {', '.join(missing)}, so it is not the file expected there.")
    for row in lines:
        yield f"line {row.line}", dict(zip(header, (cell.strip() for cell in row.cells), strict=False))


def _keep(
    model: type[Model],
    kind: str,
    named: Iterable[tuple[str, Any]],
    read: Callable[[dict[str, Any]], tuple[str, dict[str, Any]]],
    *,
    by: User,
) -> Count:
    """Make what is new, change what differs, touch nothing else."""
    count = Count(kind)
    known = {row.code: row for row in model._default_manager.all()}  # type: ignore[attr-defined]
    seen: set[str] = set()
    new: list[Model] = []
    for where, record in named:
        count.read += 1
        try:
            code, values = read(record)
            row = known.get(code) or model(code=code)
            _set(row, values, fresh=code not in known)
            if code in seen:
                raise ValueError(f"the code {code} came before")
        except (KeyError, TypeError, ValueError, AttributeError, ValidationError) as problem:
            count.refusals.append(f"{kind}, {where}: {_why(problem)}")
            continue
        seen.add(code)
        if code not in known:
            new.append(row)
        elif row.changed:  # type: ignore[attr-defined]
            save_or_refuse(row, by=by)
            count.changed += 1
        else:
            count.unchanged += 1
    model._default_manager.bulk_create(new, batch_size=1000)
    count.created = len(new)
    return count


def _set(row: Any, values: dict[str, Any], *, fresh: bool) -> None:
    row.changed = fresh or any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    if row.changed:
        row.clean_fields()


def _why(problem: Exception) -> str:
    if isinstance(problem, ValidationError):
        return "; ".join(f"{name}: {' '.join(said)}" for name, said in problem.message_dict.items())
    if isinstance(problem, KeyError):
        return f"“{problem.args[0]}” is missing or not known"
    return str(problem) or "a value is not what it should be"
