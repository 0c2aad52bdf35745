"""Match a contract's activities with the rows we have, so that none is lost or doubled."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from providers.imports.records import ActivityRecord
from providers.models import Activity, Service

NAMES = ["position", "need_area", "needs", "activity", "delivery_method", "delivery_location"]


@dataclass
class Plan:
    """What is to become of a service's lines. The number is the line's place in the contract."""

    kept: list[tuple[int, Activity]] = field(default_factory=list)
    changed: list[tuple[int, Activity, ActivityRecord]] = field(default_factory=list)
    new: list[tuple[int, ActivityRecord]] = field(default_factory=list)
    gone: list[Activity] = field(default_factory=list)

    @property
    def stirs(self) -> bool:
        return bool(self.changed or self.new or self.gone)


def match(old: list[Activity], lines: list[ActivityRecord]) -> Plan:
    """Pair lines that say the same, in order; pair the rest by place; what is left over is new or gone."""
    plan = Plan()
    by_content: dict[ActivityRecord, list[Activity]] = defaultdict(list)
    for row in old:
        by_content[said_by(row)].append(row)
    rest: list[tuple[int, ActivityRecord]] = []
    for position, line in enumerate(lines, start=1):
        if same := by_content[line]:
            plan.kept.append((position, same.pop(0)))
        else:
            rest.append((position, line))
    unpaired = sorted((row for rows in by_content.values() for row in rows), key=lambda row: row.position)
    plan.changed = [(position, row, line) for row, (position, line) in zip(unpaired, rest, strict=False)]
    plan.new, plan.gone = rest[len(unpaired) :], unpaired[len(rest) :]
    return plan


def said_by(row: Activity) -> ActivityRecord:
    return ActivityRecord(
        need_area=row.need_area,
        needs=tuple(row.needs),
        activity=row.activity,
        delivery_method=row.delivery_method,
        delivery_location=row.delivery_location,
    )


def write(service: Service, plan: Plan) -> None:
    Activity.objects.filter(pk__in=[row.pk for row in plan.gone]).delete()
    moved = [row for position, row in plan.kept if row.position != position]
    for position, row in plan.kept:
        row.position = position
    for position, row, line in plan.changed:
        row.position = position
        for name, value in values(line).items():
            setattr(row, name, value)
    Activity.objects.bulk_update([*moved, *(row for _, row, _ in plan.changed)], NAMES)
    Activity.objects.bulk_create(
        Activity(service=service, position=position, **values(line)) for position, line in plan.new
    )


def values(line: ActivityRecord) -> dict[str, object]:
    return {**vars(line), "needs": list(line.needs)}
