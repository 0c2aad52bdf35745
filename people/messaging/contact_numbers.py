"""The numbers that messages give: a practitioner's own work phone, else that of their team."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date

from django.db import transaction
from django.db.models import OuterRef, Subquery

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
    rows = User.objects.filter(pk__in=user_ids).annotate(team_phone=_of_team("pk", today))
    return _numbers(rows.values_list("pk", "work_phone", "team_phone"))


@as_service()
def of_leads(people: Collection[int], today: date) -> dict[int, str]:
    """The number of whoever leads each person's case, by the person's id; nobody without one."""
    led = Assignment.objects.current(today).filter(participant__in=people)
    rows = led.annotate(team_phone=_of_team("practitioner", today))
    return _numbers(rows.values_list("participant", "practitioner__work_phone", "team_phone"))


def _of_team(user: str, today: date) -> Subquery:
    """The phone of the team that this user works in, of the first one where there are several."""
    works = Membership.objects.current(today).of_practitioners().filter(user=OuterRef(user)).exclude(team__phone="")
    return Subquery(works.order_by("starts_on", "pk").values("team__phone")[:1])


def _numbers(rows: Iterable[tuple[int, str, str | None]]) -> dict[int, str]:
    """A number of one's own comes before the team's."""
    return {pk: in_words(own or team) for pk, own, team in rows if own or team}


def signed(body: str, number: str) -> str:
    """The words of a message with the number to ring, unless they give one already."""
    return body if not number or GIVES_ONE.search(body) else f"{body.rstrip()} To talk about it, ring {number}."
