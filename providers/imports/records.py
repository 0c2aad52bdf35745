"""What an importer gives the loader, and the counts of the result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ProviderRecord:
    external_id: str
    name: str
    first: dict[str, Any] = field(default_factory=dict)  # set once, when the provider is new


@dataclass(frozen=True)
class PlaceRecord:
    """Where a service is or runs, in codes that the loader looks up."""

    region: tuple[str, str] | None = None  # code, name
    police_area: tuple[str, str] | None = None
    outcodes: list[str] = field(default_factory=list)  # the first that we know is used
    given: bool = True  # False where the record says nothing about places


@dataclass(frozen=True)
class ActivityRecord:
    need_area: str
    needs: tuple[str, ...]
    activity: str
    delivery_method: str
    delivery_location: str


@dataclass(frozen=True)
class ServiceRecord:
    external_id: str
    provider: ProviderRecord
    place: PlaceRecord
    fields: dict[str, Any]  # kept in step with the file
    first: dict[str, Any] = field(default_factory=dict)  # set once, when the service is new
    subcontractors: list[ProviderRecord] | None = None  # None: the record says nothing about them
    activities: list[ActivityRecord] | None = None  # None: the record says nothing about them
    refused_activities: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Tally:
    """How many were read, and what became of them."""

    what: str
    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0

    @property
    def line(self) -> str:
        return (
            f"{self.what}: {self.read} read, {self.created} created, {self.changed} changed, "
            f"{self.unchanged} unchanged, {self.refused} refused"
        )


@dataclass
class Report:
    """What an import did, or in a preview would do."""

    name: str
    services: Tally = field(default_factory=lambda: Tally("services"))
    activities: Tally = field(default_factory=lambda: Tally("activities"))
    providers: Tally = field(default_factory=lambda: Tally("providers"))
    removed_activities: int = 0
    problems: list[str] = field(default_factory=list)  # what was refused, and why
    notes: list[str] = field(default_factory=list)  # what was kept, but is worth knowing

    @property
    def tallies(self) -> list[Tally]:
        return [self.services, self.providers, self.activities]

    @property
    def lines(self) -> list[str]:
        """What the command prints; the last line is the count of services."""
        removed = (
            [f"activities no longer in the file, removed: {self.removed_activities}"] if self.removed_activities else []
        )
        tallies = [self.providers.line, *removed, self.activities.line, self.services.line]
        return [f"Read {self.name}.", *self.notes, *self.problems, *tallies]
