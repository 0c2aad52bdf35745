"""Choosing a user by the role they hold: a colleague near by, or anyone by their name."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from common.forms import AnyRows, Form, SearchedField
from common.postgres.actor import as_service
from people.models import Membership, Role, User

NEAR = 20  # of the same team, offered at once
SEARCHED = "part of their name, or their work e-mail"


def offer_members(
    form: Form, name: str, memberships: QuerySet[Membership], *, but: User | None, near: User | None = None
) -> None:
    """Offer the active users who hold one of these roles, each with their team, but not `but`: those of the teams of
    `near` at once, and the others to whoever types their name."""
    team = memberships.filter(user=OuterRef("pk")).order_by("pk").values("team__name")[:1]
    able = User.objects.filter(is_active=True, pk__in=memberships.values("user")).annotate(team_name=Subquery(team))
    able = able.exclude(pk=but.pk) if but else able
    field = form.field(name, SearchedField)
    field.naming = lambda user: f"{user.name}, {user.team_name}" if user.team_name else user.name
    field.queryset = able.order_by("name", "pk")
    field.find = lambda words: _called(words, able, field.most + 1)
    if near:
        teams = memberships.filter(user=near).values("team")
        beside = memberships.filter(team__in=teams).values("user")
        others = field.queryset.filter(pk__in=beside).exclude(pk=near.pk)[:NEAR]
        field.offer([*field.queryset.filter(pk=near.pk), *others])


def list_members(form: Form, name: str, able: QuerySet[User]) -> None:
    """Offer all of these colleagues, by name."""
    field = form.field(name, AnyRows)
    field.queryset = able
    field.choices = lambda: _names(able)


@as_service()
def _names(able: QuerySet[User]) -> list[tuple[int, str]]:
    """Keys and names of those who work here. The database would ask of each whether the user may read it."""
    works_here = Membership.objects.filter(user=OuterRef("pk")).exclude(role=Role.PARTICIPANT)
    return list(able.filter(Exists(works_here)).order_by("name", "pk").values_list("pk", "name"))


@as_service()
def _called(words: str, able: QuerySet[User], most: int) -> list[int]:
    """Ids of those who are called so. The database would ask of each name whether the user may read it."""
    fits = Q(name__icontains=words) | Q(email__iexact=words)
    return list(able.filter(fits).order_by("name", "pk").values_list("pk", flat=True)[:most])
