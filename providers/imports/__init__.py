"""Bring a file of services into the directory. One call is one transaction: all of it, or none of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import models, transaction

from common.postgres.actor import SYSTEM, acting_as
from people.models import User
from providers.imports import moj_crs, open_referral
from providers.imports.loading import Loader
from providers.imports.reading import CUT, LONGEST_NAME, BadRecord, WrongFile, read_json, read_path
from providers.imports.records import Report, ServiceRecord
from providers.models import Source

__all__ = ["Format", "Report", "WrongFile", "import_services", "read_path"]

REFERENCE = "crs_reference.json"  # names of regions; looked for beside a file of contracts


class Format(models.TextChoices):
    MOJ_CRS = "moj-crs", "Contracts for commissioned rehabilitative services (Ministry of Justice JSON)"
    OPEN_REFERRAL = "open-referral", "Open Referral UK 3.0 (JSON)"


def import_services(
    *,
    content: bytes,
    name: str,
    kind: Format,
    today: date,
    by: User | None = None,
    reference: bytes | None = None,
    preview: bool = False,
) -> Report:
    """Read the file and load what can be loaded; a preview does the same and then undoes it.

    Raises WrongFile, with nothing loaded, where the file as a whole is of no use.
    """  # fmt: skip
    data = read_json(content, name)
    if kind == Format.MOJ_CRS:
        names = moj_crs.names_in(read_json(reference, REFERENCE) if reference else {})
        records, read = moj_crs.records_in(data, name), lambda record: moj_crs.read(record, names)
        source = Source.MOJ_CRS
    else:
        records, read = open_referral.records_in(data, name), lambda record: open_referral.read(record, today)
        source = Source.OPEN_REFERRAL
    with acting_as(SYSTEM), transaction.atomic():  # places that a file names are nobody's to write
        report = _load(records, read, source=source, report=Report(name), today=today, by=by)
        transaction.set_rollback(preview)
    return report


def _load(
    records: list[Any],
    read: Callable[[Any], ServiceRecord],
    *,
    source: Source,
    report: Report,
    today: date,
    by: User | None,
) -> Report:
    good = []
    for number, record in enumerate(records, start=1):
        try:
            good.append((number, read(record)))
        except BadRecord as problem:
            _refuse(report, number, record, problem)
    loader = Loader(source=source, report=report, today=today, by=by)
    loader.know_outcodes({code for _, record in good for code in record.place.outcodes})
    for number, record in good:
        try:
            loader.try_to_load(number, record)
        except BadRecord as problem:
            _refuse(report, number, records[number - 1], problem)
    _sum_up(report, loader, records=records, good=[record for _, record in good], today=today)
    return report


def _refuse(report: Report, number: int, record: Any, problem: BadRecord) -> None:
    called = (
        next((str(record[key])[:60] for key in ("contract_reference", "name", "id") if record.get(key)), "")
        if (isinstance(record, dict))
        else ""
    )
    named = f" ({called.encode('utf-8', 'replace').decode()})" if called else ""
    report.services.refused += 1
    report.problems.append(f"Record {number}{named} refused: {problem}.")


def _sum_up(report: Report, loader: Loader, *, records: list[Any], good: list[ServiceRecord], today: date) -> None:
    """Count what was read, and note what was kept but is worth knowing."""
    report.services.read = len(records)
    named = {one.external_id for record in good for one in [record.provider, *(record.subcontractors or [])]}
    providers = report.providers
    providers.read, providers.changed = len(named), len(loader.renamed)
    providers.created = len(loader.providers.keys() - loader.known)
    providers.unchanged = len(named & loader.known) - providers.changed
    providers.refused = len(named - loader.providers.keys())
    quiet = [
        (f"have a name of more than {LONGEST_NAME} letters, which was cut", sum(_was_cut(record) for record in good)),
        ("list no activities", sum(record.activities == [] for record in good)),
        ("have no description", sum(not record.fields.get("description", "-") for record in good)),
        ("have closed (a search does not find them)", sum(_closed(record, today) for record in good)),
        ("name no need that we know", sum(not record.fields.get("needs", "-") for record in good)),
    ]
    report.notes += [f"Kept, though they {what}: {count}." for what, count in quiet if count]
    unknown = {
        line.need_area for record in good for line in record.activities or [] if line.need_area and not line.needs
    }
    report.notes += [f"Need area that we do not know: “{area}”." for area in sorted(unknown)[:20]]


def _was_cut(record: ServiceRecord) -> bool:
    names = [record.fields.get("name", ""), record.provider.name]
    return any(len(name) > LONGEST_NAME - 20 and name.endswith(CUT) for name in names)


def _closed(record: ServiceRecord, today: date) -> bool:
    closes_on = record.fields.get("closes_on")
    return closes_on is not None and closes_on < today
