"""Load records into the directory: make new ones and update known ones. The same file twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from people.models import Outcode, Region, User
from providers.imports import lines
from providers.imports.reading import BadRecord
from providers.imports.records import PlaceRecord, ProviderRecord, Report, ServiceRecord
from providers.models import PoliceArea, Provider, Service, Source
from providers.wording import words_for

CHECKED = ["provider", "region", "police_area", "outcode", "added_by", "phone"]  # by how they were read


class Loader:
    """One run over one file. Asks the database for all that is there once, then works record by record."""

    def __init__(self, *, source: Source, report: Report, today: date, by: User | None) -> None:
        self.source, self.report, self.today, self.by = source, report, today, by
        self.providers = {row.external_id: row for row in Provider.objects.filter(source=source)}
        self.services = {
            row.external_id: row
            for row in Service.objects.filter(source=source)
            .select_related("provider", "region", "police_area", "outcode")
            .prefetch_related("subcontractors", "activities")
        }
        self.regions = {row.code: row for row in Region.objects.all()}
        self.areas = {row.code: row for row in PoliceArea.objects.all()}
        self.outcodes: dict[str, Outcode] = {}
        self.known = set(self.providers)
        self.renamed: set[int] = set()
        self.seen: dict[str, int] = {}

    def know_outcodes(self, codes: Iterable[str]) -> None:
        self.outcodes = Outcode.objects.in_bulk(list(codes))

    def try_to_load(self, number: int, record: ServiceRecord) -> None:
        """Load one record whole, or raise BadRecord and leave nothing of it."""
        before = (dict(self.providers), dict(self.regions), dict(self.areas))
        try:
            with transaction.atomic():
                self.load(number, record)
        except BadRecord:
            self.providers, self.regions, self.areas = before
            raise

    def load(self, number: int, record: ServiceRecord) -> None:
        """Make or change one service with all that hangs on it."""
        if record.external_id in self.seen:
            raise BadRecord(f"it has the same id as record {self.seen[record.external_id]}")
        self.seen[record.external_id] = number
        service = self.services.get(record.external_id) or self.new_service(record)
        moved = set_fields(service, record.fields)
        moved += set_fields(service, {"provider": self.provider(record.provider), **self.place(record.place)})
        others = None if record.subcontractors is None else [self.provider(one) for one in record.subcontractors]
        is_new = service.pk is None
        if self.reworded(service, record, others) or moved:
            save(service)
        swapped = others is not None and set_subcontractors(service, others)
        stirred = self.set_activities(service, record, is_new=is_new)
        self.count(is_new=is_new, changed=bool(moved) or swapped or stirred)

    def count(self, *, is_new: bool, changed: bool) -> None:
        tally = self.report.services
        if is_new:
            tally.created += 1
        elif changed:
            tally.changed += 1
        else:
            tally.unchanged += 1

    def new_service(self, record: ServiceRecord) -> Service:
        return Service(
            source=self.source, external_id=record.external_id, added_on=self.today, added_by=self.by, **record.first
        )

    def provider(self, record: ProviderRecord) -> Provider:
        """The provider with this id, made if new. A feed's new name is taken over; one made from a code never is."""
        provider = self.providers.get(record.external_id)
        if provider is None:
            return self.new_provider(record)
        if self.source == Source.OPEN_REFERRAL and provider.name != record.name:
            provider.name = record.name
            provider.save(update_fields=["name"])
            self.renamed.add(provider.pk)
        return provider

    def new_provider(self, record: ProviderRecord) -> Provider:
        provider = Provider(
            source=self.source,
            external_id=record.external_id,
            name=record.name,
            added_on=self.today,
            added_by=self.by,
            **record.first,
        )
        provider.save()
        self.providers[record.external_id] = provider
        return provider

    def place(self, place: PlaceRecord) -> dict[str, Any]:
        if not place.given:
            return {}
        region = self.region(*place.region) if place.region else None
        area = self.area(*place.police_area, region) if place.police_area else None
        outcode = next((self.outcodes[code] for code in place.outcodes if code in self.outcodes), None)
        return {"region": region, "police_area": area, "outcode": outcode}

    def region(self, code: str, name: str) -> Region:
        if code not in self.regions:
            self.regions[code] = Region.objects.create(code=code, name=name[:100])
        return self.regions[code]

    def area(self, code: str, name: str, region: Region | None) -> PoliceArea:
        if code not in self.areas:
            self.areas[code] = PoliceArea.objects.create(code=code, name=name[:100], region=region)
        return self.areas[code]

    def reworded(self, service: Service, record: ServiceRecord, others: list[Provider] | None) -> bool:
        """Set the search words again. They follow from other fields, so this counts as no change."""
        before = service.words
        does = [line.activity for line in record.activities or []]
        service.words = words_for(service, others=[other.name for other in others or []], does=does)
        return service.words != before

    def set_activities(self, service: Service, record: ServiceRecord, *, is_new: bool) -> bool:
        if record.activities is None:
            return False
        self.note_refused(record)
        old = [] if is_new else sorted(service.activities.all(), key=lambda row: row.position)
        plan = lines.match(old, record.activities)
        tally = self.report.activities
        tally.read += len(record.activities)
        tally.unchanged += len(plan.kept)
        tally.changed += len(plan.changed)
        tally.created += len(plan.new)
        self.report.removed_activities += len(plan.gone)
        lines.write(service, plan)
        return plan.stirs

    def note_refused(self, record: ServiceRecord) -> None:
        self.report.activities.read += len(record.refused_activities)
        self.report.activities.refused += len(record.refused_activities)
        for number, reason in record.refused_activities:
            self.report.problems.append(f"“{record.fields['name']}”, activity {number} refused: {reason}.")


def set_fields(service: Service, fields: dict[str, Any]) -> list[str]:
    """Give the service these values; the names of those that were different."""
    if "as_imported" in fields:
        fields = {**fields, "as_imported": merged(service.as_imported, fields["as_imported"])}
    is_new = service.pk is None
    moved = [name for name, value in fields.items() if is_new or getattr(service, name) != value]
    for name, value in fields.items():
        setattr(service, name, value)
    return moved


def merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Merge two records: new values win, and a value that is missing keeps the old one."""
    both = {
        key: merged(old[key], new[key])
        for key in old.keys() & new.keys()
        if isinstance(old[key], dict) and isinstance(new[key], dict)
    }
    return {**old, **new, **both}


def save(service: Service) -> None:
    """A row that breaks a rule of the table is refused in that rule's own words."""
    try:
        service.clean_fields(exclude=CHECKED)
        with transaction.atomic():
            service.save()
    except ValidationError as problem:
        raise BadRecord(" ".join(problem.messages).rstrip(".")) from None
    except IntegrityError as problem:
        broken = getattr(getattr(problem.__cause__, "diag", None), "constraint_name", "")
        rule = next((rule for rule in Service._meta.constraints if rule.name == broken), None)
        words = str(rule.violation_error_message) if rule else "it breaks a rule of the directory"
        raise BadRecord(words.rstrip(".")) from None


def set_subcontractors(service: Service, others: list[Provider]) -> bool:
    if {other.pk for other in service.subcontractors.all()} == {other.pk for other in others}:
        return False
    service.subcontractors.set(others)
    return True
