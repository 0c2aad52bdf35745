"""The journey's stages made by the services, for a part whose earlier parts failed: run inside the running service.

Each begins where things stand, so a stage that was half walked is finished, and one that is there is left alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps

from django.db import transaction
from django.test import Client
from django.utils import timezone

from budgets import services as money
from budgets.commands import new_key
from budgets.models import PayeeAccount, PayingAccount, SpendRequest
from common.postgres.actor import SYSTEM, acting_as
from lifeplans import services as plans
from lifeplans.models import Answer, Author
from people import services
from people.access import sign_in_changes
from people.imports import jobs
from people.imports.encodings import Reading
from people.imports.uploads import save_upload
from people.models import Enrolment, Participant, Programme, User
from people.programmes.enrolment import enrol
from people.sign_in.sessions import signed
from sampledata.demo.someone import account_of, someone

PRIYA, MORAG, WINSTON = "priya@demo.example", "morag@demo.example", "winston@demo.example"
GOAL = "I will have a room of my own"


def stage(act: Callable[..., None]) -> Callable[..., None]:
    @wraps(act)
    def made(*words: str) -> None:
        now = timezone.now()
        with acting_as(SYSTEM), transaction.atomic():
            act(*words, today=timezone.localdate(now), now=now)

    return made


def _person(family_name: str) -> Participant:
    return Participant.objects.get(family_name=family_name)


def _user(email: str) -> User:
    return User.objects.get(email=email)


@stage
def arrived(caseload: str, **when) -> None:
    readings = [Reading("utf-8", caseload)]
    upload = save_upload(name="caseload.csv", readings=readings, by=_user(MORAG), now=when["now"])
    jobs.check(upload, now=when["now"])
    jobs.start(upload, all_or_nothing=True)
    jobs.carry_on(upload.pk, now=when["now"])


@stage
def enrolled(family_name: str, **when) -> None:
    person, programme = _person(family_name), Programme.objects.get(name="Own Two Feet")
    services.open_portal(participant=person, by=_user(PRIYA), **when)
    if not Enrolment.objects.enrolled().filter(participant=person, programme=programme).exists():
        enrol(participant=person, programme=programme, by=_user(PRIYA), **when)


@stage
def confirmed(family_name: str, now, **when) -> None:
    for change in _person(family_name).sign_in_changes.open():
        sign_in_changes.confirm(change=change, by=_user(WINSTON), now=now)


@stage
def agreed(family_name: str, today, now) -> None:
    person, priya = _person(family_name), _user(PRIYA)
    plan = plans.start_plan(participant=person, by=priya, today=today)
    goal = plan.goals.filter(title=GOAL).first() or plans.propose_goal(
        plan=plan, title=GOAL, good="LIFE", by=person.user, today=today, now=now
    )
    plans.say(goal=goal, answer=Answer.AGREE, by=priya, author=Author.PRACTITIONER, today=today, now=now)


@stage
def opened(family_name: str, **when) -> None:
    enrolment = Enrolment.objects.enrolled().get(participant__family_name=family_name)
    money.open_budget(enrolment=enrolment, by=_user(MORAG), **when, key=new_key())


@stage
def asked(family_name: str, today, now) -> None:
    if SpendRequest.objects.sent().filter(budget__enrolment__participant__family_name=family_name).exists():
        return
    person = _person(family_name)
    budget, goal = person.enrolments.get(state="ENROLLED").budget, person.plan.goals.get(title=GOAL)
    spend = money.start_request(budget=budget, goal=goal, without_money="I asked round.", by=person.user)
    about = {"what": "Deposit for a room", "purpose": "HOME", "for_whom": "ME", "why": "It starts on Monday."}
    money.ask(spend=spend, amount=295_50, by=person.user, now=now, **about, key=new_key())


@stage
def approved(family_name: str, today, now) -> None:
    waiting = SpendRequest.objects.to_decide().filter(budget__enrolment__participant__family_name=family_name)
    if spend := waiting.first():
        money.approve_request(
            spend=spend, reason="It is what the plan is for.", by=_user(MORAG), now=now, key=new_key()
        )


@stage
def session(family_name: str, **when) -> None:
    """Print the key of a new session of the person's own."""
    _sign_in(_person(family_name).user)


@stage
def somebody(**when) -> None:
    """Print someone of the story with a sum, goals and an account in Northbridge: ref, budget and
    account; and who has bank details that may be used, and our own account."""
    manager, youth = _user(MORAG), Programme.objects.get(name="Own Two Feet")
    budget = someone(youth, manager, 900_00, when["today"])
    assert budget
    usable = PayeeAccount.objects.current().filter(usable_from__lte=when["today"], participant=None)
    said = [budget.enrolment.participant.ref, budget.pk, account_of(budget).pk, usable[0].payee]
    said += [PayingAccount.objects.get().pk]
    sys.stdout.write("somebody=" + "|".join(map(str, said)) + "\n")


@stage
def session_of(account: str, **when) -> None:
    """Print the key of a new session of this account: an e-mail address, or an id."""
    _sign_in(_user(account) if "@" in account else User.objects.get(pk=account))


def _sign_in(account: User) -> None:
    client = Client()
    client.force_login(account, backend="people.sign_in.backends.AccountBackend")
    sys.stdout.write(f"session={signed(client.cookies['session'].value)}\n")
