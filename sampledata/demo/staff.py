"""The story's staff, volunteers, programmes and funders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from budgets import corrections, panels, pots, rules
from budgets.commands import new_key
from budgets.models import Fund, Funder, Pot
from people import services as people
from people.messaging import contact_numbers
from people.models import DeliveryUnit, Prison, Programme, Role, Rule, Team, User
from people.programmes import enrolment
from providers.directory import open_accounts
from providers.models import Service
from sampledata.demo.ways_in import PASSWORD

PRACTITIONERS = {
    "DEMO-NB": [("priya", "Priya Raman"), ("tom", "Tom Hartley")],
    "DEMO-MB": [("ruth", "Ruth Adeleke"), ("sean", "Sean Molloy")],
    "DEMO-HS": [("ines", "Ines Carvalho"), ("gareth", "Gareth Pugh")],
}
MANAGERS = {"DEMO-NB": ("morag", "Morag Ellis"), "DEMO-MB": ("dev", "Dev Bhatt"), "DEMO-HS": ("lou", "Lou Sanderson")}
# Each area has a second manager: who asks, who decides and who pays are three people.
PAYERS = {
    "DEMO-NB": ("winston", "Winston Clarke"),
    "DEMO-MB": ("farah", "Farah Aziz"),
    "DEMO-HS": ("bronwen", "Bronwen Lloyd"),
}
VOLUNTEERS = [
    ("vik", "Vik Okafor"),
    ("june", "June Tattersall"),
    ("abdul", "Abdul Karim"),
    ("wendy", "Wendy Shaw"),
    ("pete", "Pete Rigby"),
    ("ola", "Ola Nowak"),
    ("grace", "Grace Boateng"),
    ("keith", "Keith Dunn"),
]
# The panel of the youth programme, and those of it who have been where those who ask are.
PANEL = {"nell": "Nell Okoro", "idris": "Idris Bowen", "hetty": "Hetty Marsh", "cyril": "Cyril Adeyemi"}
LIVED = ("nell", "idris")
YOUTH_FUNDERS = [
    ("City council", 30_000_00),
    ("Health board", 24_000_00),
    ("Police and crime commissioner", 20_000_00),
    ("Probation service", 46_000_00),
]
NEVER = ["ALCOHOL", "TOBACCO", "GAMBLING", "WEAPONS"]
RULES: dict[str, dict[str, Any]] = {
    "start": {
        "item_cap": 900_00, "needs_commitment": True, "prohibited": NEVER,
        "why": "As the trustees wrote when they set it up.",
    },
    "youth": {
        "allocation": 2_000_00, "months": 12, "item_cap": 900_00, "person_cap": 2_500_00, "quote_from": 500_00,
        "manager_limit": 500_00, "worker_limit": 30_00, "own_limits": [15_00, 30_00, 60_00],
        "prohibited": NEVER,
        "why": "As the four agencies agreed in writing.",
    },
}  # fmt: skip


@dataclass
class Staff:
    practitioners: dict[str, list[User]]
    managers: dict[str, User]
    payers: dict[str, User]
    volunteers: list[User]
    programmes: dict[str, Programme]
    inside: User  # the prison's worker
    carer: User
    at_service: User


def build(*, units: dict[str, DeliveryUnit], today: date, now: datetime) -> Staff:
    password = make_password(PASSWORD)  # once: it is slow by design
    others = {
        "amara": ("Amara Nwosu", Role.FINANCE),
        "fergus": ("Fergus Doyle", Role.FINANCE),
        "frances": ("Frances Odell", Role.FUNDER),
        "carol": ("Carol Whitmore", Role.COMMISSIONER),
        "ada": ("Ada Finch", Role.ADMINISTRATOR),
        "dilys": ("Dilys Prothero", Role.DATA_PROTECTION),
    }
    others |= {login: (name, Role.PANEL) for login, name in PANEL.items()}
    for login, (name, role) in others.items():
        _account(login, name, role, password, today=today)
    teams = {
        code: Team.objects.create(name=f"{unit.name} team", delivery_unit=unit, phone=f"+44163296000{number}")
        for number, (code, unit) in enumerate(units.items(), 1)
    }
    staff = Staff(
        practitioners={
            code: [
                _account(login, name, Role.PRACTITIONER, password, today=today, team=teams[code])
                for login, name in named
            ]
            for code, named in PRACTITIONERS.items()
        },
        managers={
            code: _account(login, name, Role.MANAGER, password, today=today, team=teams[code])
            for code, (login, name) in MANAGERS.items()
        },
        payers={
            code: _account(login, name, Role.MANAGER, password, today=today, team=teams[code])
            for code, (login, name) in PAYERS.items()
        },
        volunteers=[_account(login, name, Role.VOLUNTEER, password, today=today) for login, name in VOLUNTEERS],
        programmes=_programmes(),
        inside=_account(
            "nadia", "Nadia Farouk", Role.PRACTITIONER, password, today=today,
            team=Team.objects.create(
                name="Northbridge prison team", kind=Team.Kind.PRISON, prison=Prison.objects.get(code="DEMO")
            ),
        ),
        carer=_account("rob", "Rob Fenwick", Role.VOLUNTEER, password, today=today),
        at_service=_account("dee", "Dee Marsh", Role.PROVIDER, password, today=today),
    )  # fmt: skip
    _fill(staff, today=today, now=now)
    for number, worker in enumerate(chain.from_iterable(staff.practitioners.values())):
        if number % 3 == 0:  # the others are reached at their team's
            phone = f"+44163296010{number}"
            contact_numbers.set_work_phone(account=worker, phone=phone, by=User.objects.service())
    return staff


def partners(*, programme: Programme, helpers: list[Service], today: date, now: datetime) -> None:
    """A provider whose staff have accounts, and the scheme that runs a programme."""
    password = make_password(PASSWORD)
    college = next(service.provider for service in helpers if service.provider.name == "Northbridge College")
    theirs = open_accounts(provider=college, by=User.objects.service(), now=now)
    _account("finn", "Finn Delaney", Role.PROVIDER, password, today=today, team=theirs)
    scheme = Team.objects.create(name="Own Two Feet scheme", kind=Team.Kind.SCHEME)
    _account("sal", "Sal Whittle", Role.SCHEME, password, today=today, team=scheme)
    enrolment.run_by(programme=programme, scheme=scheme, by=User.objects.service(), now=now)


def _account(login: str, name: str, role: Role, password: str, *, today: date, team: Team | None = None) -> User:
    long_ago = timezone.make_aware(datetime.combine(today - timedelta(days=365), time(9)))
    user = User.objects.create_user(email=f"{login}@demo.example", name=name, created_at=long_ago)
    user.password = password
    user.save(update_fields=["password"])
    people.join(user=user, role=role, team=team, by=User.objects.service(), today=today)
    return user


def _programmes() -> dict[str, Programme]:
    areas = list(DeliveryUnit.objects.all())
    inside_out = enrolment.create_programme(
        by=User.objects.service(),
        owning_areas=areas,
        code="through-the-gate",
        name="Through the Gate",
        money_model=Programme.MoneyModel.DISCRETIONARY,
        about="For people leaving prison after a sentence of under 12 months. A practitioner draws on the fund.",
        rules=[
            Rule(kind=Rule.Kind.SENTENCE_UNDER, days=365),
            Rule(kind=Rule.Kind.COHORT, tag="IOM"),
            Rule(kind=Rule.Kind.PRISON, prison=Prison.objects.get(code="DEMO")),
        ],
    )
    fresh_start = enrolment.create_programme(
        by=User.objects.service(),
        owning_areas=areas,
        code="fresh-start",
        name="Fresh Start",
        money_model=Programme.MoneyModel.APPLICATION,
        about="A beneficiary fund. People who have shown commitment apply for one thing that will make the difference.",
        rules=[Rule(kind=Rule.Kind.SENTENCE_UNDER, days=4 * 365)],
    )
    youth = enrolment.create_programme(
        by=User.objects.service(),
        owning_areas=areas,
        code="own-two-feet",
        name="Own Two Feet",
        money_model=Programme.MoneyModel.ALLOCATED,
        allocation=2_000_00,
        about="£2,000 each for 18 to 25 year olds, from a pot that four agencies fill. They are told the sum first.",
        rules=[Rule(kind=Rule.Kind.AGE, youngest=18, oldest=25)],
    )
    return {"gate": inside_out, "start": fresh_start, "youth": youth}


def _fill(staff: Staff, *, today: date, now: datetime) -> None:
    """Each agency puts its money in at the start of the year: most of it for anything, some of it on terms."""
    contributions: dict[str, list[tuple[str, int]]] = {
        "gate": [("Probation service", 22_000_00), ("Police and crime commissioner", 9_000_00)],
        "start": [("Harbourside charities", 16_000_00), ("City council", 6_500_00)],
        "youth": YOUTH_FUNDERS,
    }
    given: dict[str, Any] = {"today": today, "now": now, "by": staff.managers["DEMO-NB"]}
    for code, gifts in contributions.items():
        fund = Fund.objects.create(programme=staff.programmes[code])
        for name, amount in gifts:
            give(fund, name, amount, reference=f"Letter for {fund.programme.name}", **given)
    for code, said in RULES.items():
        programme = staff.programmes[code]
        rules.change(programme=programme, starts_on=today, by=given["by"], today=today, now=now, **said)
    for login in PANEL:
        member = {
            "user": User.objects.get(email=f"{login}@demo.example"),
            "lived_experience": login in ("nell", "idris"),
        }
        panels.add(programme=staff.programmes["youth"], starts_on=today, by=given["by"], now=now, **member)
    youth = staff.programmes["youth"].fund
    give(
        youth, "Health board", 2_400_00, called="Health board, for counselling", reference="HB/CNS/1",
        purposes=["COUNSELLING"], use_by=today + timedelta(days=420), if_unspent="BACK", **given,
    )  # fmt: skip
    northbridge = DeliveryUnit.objects.get(code="DEMO-NB")
    give(
        youth, "City council", 1_500_00, called="City council, Northbridge ward money", reference="CC/NB/1",
        pledged=2_500_00, expected_on=today + timedelta(days=180), areas=[northbridge], **given,
    )  # fmt: skip


def give(
    fund: Fund, funder: str, amount: int, *, reference: str, by: User, today: date, now: datetime, **terms: Any
) -> None:
    """A promise, and the money that came with it. A finance officer agrees that it came."""
    pot = pots.open_pot(
        fund=fund, funder=Funder.objects.get_or_create(name=funder)[0], by=by, now=now, key=new_key(),
        **{"called": funder, "pledged": amount, **terms},
    )  # fmt: skip
    amara = User.objects.get(email="amara@demo.example")
    put_in(pot, by=by, second=amara, now=now, amount=amount, happened_on=today, reference=reference)


def put_in(pot: Pot, *, by: User, second: User, now: datetime, **came: Any) -> None:
    """One enters money that came in, another agrees."""
    asked = corrections.ask_contribution(pot=pot, by=by, now=now, key=new_key(), **came)
    corrections.agree(correction=asked, by=second, now=now, key=new_key())
