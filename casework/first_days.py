"""What a new installation needs, in order, and how far each step is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from budgets.models import Transaction
from common.postgres.actor import SYSTEM, acting_as
from people.access.abilities import Can
from people.models import DeliveryUnit, Membership, Outcode, Participant, Prison, Programme, Role, Team

MANAGERS = 2  # who asks for money, who decides and who pays are three people
OFFICERS = 2  # who open and close the accounts


@dataclass(frozen=True)
class Step:
    """`page` is where it is done, for whoever can (`needs`); a step without one is done on the command line."""

    title: str
    done: bool
    state: str
    how: str
    page: str = ""
    needs: Can = Can.MANAGE_ACCOUNTS


@acting_as(SYSTEM)  # only whether there is one, and how many; nobody is named
def steps(today: date) -> list[Step]:
    return [_places(), _teams(), _workers(today), _books(today), _programmes(), _funds(), _caseload()]


def all_done(today: date) -> bool:
    return all(step.done for step in steps(today))


def _places() -> Step:
    units, prisons, outcodes = DeliveryUnit.objects.count(), Prison.objects.count(), Outcode.objects.count()
    state = f"{units:,} areas, {prisons:,} prisons, {outcodes:,} first halves of postcodes"
    how = "On the server: manage.py import_places --moj FOLDER --outcodes FILE"
    return Step("Places", bool(units and prisons and outcodes), state, how)


def _teams() -> Step:
    count = Team.objects.filter(kind=Team.Kind.PROBATION, delivery_unit__isnull=False).count()
    how = "Make a probation team for each area that you serve."
    return Step("Teams", count > 0, _count(count, "probation team"), how, "people:team-list")


def _workers(today: date) -> Step:
    roles = Membership.objects.current(today).filter(user__is_active=True)
    practitioners, managers = (
        roles.filter(role=role).values("user").distinct().count() for role in (Role.PRACTITIONER, Role.MANAGER)
    )
    state = f"{_count(practitioners, 'practitioner')}, {_count(managers, 'manager')}"
    how = "Invite them. An area needs two managers: nobody asks for money, decides and pays alone."
    return Step("People who work here", bool(practitioners) and managers >= MANAGERS, state, how, "people:account-list")


def _programmes() -> Step:
    count = Programme.objects.count()
    how = "A manager sets up each programme, and who it is for."
    state = _count(count, "programme")
    return Step("Programmes", count > 0, state, how, "people:programme-list", Can.MANAGE_PROGRAMMES)


def _funds() -> Step:
    there = Transaction.objects.filter(kind=Transaction.Kind.CONTRIBUTE).exists()
    how = "A manager or a finance officer records what each funder pays in."
    state = "Money is paid in" if there else "Nothing is paid in yet"
    return Step("Funds", there, state, how, "budgets:fund-list", Can.SEE_FUNDS)


def _books(today: date) -> Step:
    officers = Membership.objects.current(today).filter(user__is_active=True, role=Role.FINANCE)
    count = officers.values("user").distinct().count()
    how = "Invite two finance officers: two people open and close each year's accounts."
    return Step("Finance officers", count >= OFFICERS, _count(count, "finance officer"), how, "people:account-list")


def _caseload() -> Step:
    there = Participant.objects.filter(merged_into=None).exists()
    how = "Import a file, or let practitioners add people one by one."
    state = "People are here" if there else "Nobody is here yet"
    return Step("Caseload", there, state, how, "people:import", Can.IMPORT)


def _count(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
