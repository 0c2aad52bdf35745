"""Choosing a user by the role they hold."""

from __future__ import annotations

from django.db.models import QuerySet

from common.forms import AnyRows, Form
from people.models import Membership, User


def offer_members(form: Form, name: str, memberships: QuerySet[Membership], *, but: User | None) -> None:
    """Offer the active users who hold one of these roles, each with their team, but not this one."""
    teams = dict(memberships.values_list("user", "team__name"))
    able = User.objects.filter(is_active=True, pk__in=memberships.values("user")).order_by("name", "pk")
    field = form.field(name, AnyRows)
    field.naming = lambda user: f"{user.name}, {teams.get(user.pk, '')}"
    field.queryset = able.exclude(pk=but.pk) if but else able
