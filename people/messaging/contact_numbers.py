"""The numbers that messages give: a practitioner's own work phone, else that of their team."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from django.db import transaction

from common.postgres.actor import SYSTEM, acting_as, as_service
from common.saving import save_or_refuse
from people.models import Assignment, Membership, Team, User
from people.models.phones import in_words

GIVES_ONE = re.compile(r"\b[Rr]ing \+?\d")


@transaction.atomic
def set_work_phone(*, account: User, phone: str, by: User) -> User:
    """Set the number that is given to the people whom this account works with; empty for none."""
    with acting_as(SYSTEM):  # only the service writes an account
        account = User.objects.select_for_update().get(pk=account.pk)
        account.work_phone = phone
        return save_or_refuse(account, "work_phone", by=by)


@transaction.atomic
def set_team_phone(*, team: Team, phone: str, by: User) -> Team:
    with acting_as(SYSTEM):  # only the service writes a team
        team = Team.objects.select_for_update().get(pk=team.pk)
        team.phone = phone
        return save_or_refuse(team, "phone", by=by)


@as_service()
def of_staff(user_ids: Collection[int], today: date) -> dict[int, str]:
    """The number of each of these users, as one reads it; nobody without one."""
    own = dict(User.objects.filter(pk__in=user_ids).exclude(work_phone="").values_list("pk", "work_phone"))
    return _with_their_teams(own, set(user_ids), today)


def _with_their_teams(own: dict[int, str], user_ids: set[int], today: date) -> dict[int, str]:
    """The number of their own of each of these users, and that of their team where they have none."""
    found: dict[int, str] = {}
    if others := user_ids - own.keys():
        works = Membership.objects.current(today).of_practitioners().filter(user__in=others).exclude(team__phone="")
        found = dict(works.order_by("-starts_on", "-pk").values_list("user", "team__phone"))
    return {pk: in_words(phone) for pk, phone in {**found, **own}.items()}


@as_service()
def of_leads(people: Collection[int], today: date) -> dict[int, str]:
    """The number of whoever leads each person's case, by the person's id; nobody without one."""
    led = Assignment.objects.current(today).filter(participant__in=people)
    rows = list(led.values_list("participant", "practitioner", "practitioner__work_phone"))
    leads = {person: lead for person, lead, _ in rows}
    numbers = _with_their_teams({lead: own for _, lead, own in rows if own}, set(leads.values()), today)
    return {person: numbers[lead] for person, lead in leads.items() if lead in numbers}


def signed(body: str, number: str) -> str:
    """The words of a message with the number to ring, unless they give one already."""
    return body if not number or GIVES_ONE.search(body) else f"{body.rstrip()} To talk about it, ring {number}."
