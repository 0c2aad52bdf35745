"""Change the directory by hand, and note an unmet need. Each public function is one transaction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.models import AccessGrant, Level, Outcode, Region, Team, User
from providers.models import Provider, Referral, Service, Source, UnmetNeed
from providers.wording import words_for

PROVIDER_FIELDS = frozenset({"name", "size", "sector", "about", "email", "phone", "website"})
SERVICE_FIELDS = frozenset(
    [
        *("name", "description", "needs", "status", "listing", "opens_on", "closes_on", "wait_days"),
        *("allows_male", "allows_female", "minimum_age", "maximum_age"),
        *("charge", "price", "price_unit", "price_note"),
        *("region", "outcode", "address", "email", "phone", "website"),
    ]
)


class AlreadySuspended(RuleBroken):
    pass


class NotSuspended(RuleBroken):
    pass


@transaction.atomic
def add_provider(*, name: str, by: User | None, today: date, **fields: Any) -> Provider:
    """Someone new who can help. `fields` are those of PROVIDER_FIELDS."""
    provider = Provider(source=Source.HAND, name=name, added_by=by, added_on=today)
    _set(provider, fields, PROVIDER_FIELDS)
    save_or_refuse(provider, by=by)
    return provider


@transaction.atomic
@acting_as(SYSTEM)  # whoever was sent to them, whether or not the keeper of the directory may see them
def open_accounts(*, provider: Provider, by: User, now: datetime) -> Team:
    """Make the team for the provider's accounts. It sees the name of everyone with an open referral to them."""
    provider = Provider.objects.select_for_update(of=("self",)).select_related("team").get(pk=provider.pk)
    if provider.team is not None:
        return provider.team
    taken = Team.objects.filter(name__iexact=provider.name[:150]).exists()
    provider.team = Team.objects.create(
        name=f"{provider.name[:130]} (provider {provider.pk})" if taken else provider.name[:150],
        kind=Team.Kind.PROVIDER,
    )
    save_or_refuse(provider, "team", by=by)
    sent = Referral.objects.open().filter(service__provider=provider).values("participant").distinct()
    AccessGrant.objects.bulk_create(
        AccessGrant(
            participant_id=pk, team=provider.team, level=Level.NAME, why=AccessGrant.Why.REFERRAL, starts_at=now
        )
        for pk in sent.values_list("participant", flat=True)
    )
    return provider.team


@transaction.atomic
def add_service(*, provider: Provider, name: str, by: User | None, today: date, **fields: Any) -> Service:
    """Something a provider offers, listed or bought off the list. `fields` are those of SERVICE_FIELDS."""
    service = Service(source=Source.HAND, provider=provider, name=name, added_by=by, added_on=today)
    _set(service, fields, SERVICE_FIELDS)
    service.words = words_for(service)
    save_or_refuse(service, by=by)
    return service


@transaction.atomic
@acting_as(SYSTEM)  # a practitioner buys off the list, and does not keep the directory
def add_provider_with_service(*, provider: dict[str, Any], service: dict[str, Any], by: User, today: date) -> Service:
    """A new provider and what they offer, in one act."""
    return add_service(provider=add_provider(by=by, today=today, **provider), by=by, today=today, **service)


@transaction.atomic
def change_provider(*, provider: Provider, by: User, **fields: Any) -> Provider:
    provider = Provider.objects.select_for_update().get(pk=provider.pk)
    _set(provider, fields, PROVIDER_FIELDS)
    save_or_refuse(provider, *fields, by=by)
    for service in provider.services.select_related("region", "police_area", "outcode"):
        _gather_words(service)
    return provider


@transaction.atomic
def change_service(*, service: Service, by: User, **fields: Any) -> Service:
    service = Service.objects.select_for_update(of=("self",)).select_related("provider").get(pk=service.pk)
    _set(service, fields, SERVICE_FIELDS)
    save_or_refuse(service, *fields, by=by)
    _gather_words(service)
    return service


def _gather_words(service: Service) -> None:
    """Set the words that search finds the service by."""
    others = service.subcontractors.values_list("name", flat=True)
    does = service.activities.order_by("position").values_list("activity", flat=True)
    Service.objects.filter(pk=service.pk).update(words=words_for(service, others=others, does=does))


@transaction.atomic
def suspend(*, provider: Provider, reason: str, by: User, today: date) -> Provider:
    """Nobody new can be referred to them until this is lifted."""
    provider = Provider.objects.select_for_update().get(pk=provider.pk)
    if provider.status != Provider.Status.ACTIVE:
        raise AlreadySuspended(f"{provider.name} is {provider.get_status_display().lower()} already.")
    provider.status = Provider.Status.SUSPENDED
    provider.suspended_on, provider.suspended_by, provider.suspended_reason = today, by, reason
    return _save_standing(provider, by=by)


@transaction.atomic
def restore(*, provider: Provider, by: User) -> Provider:
    """Lift the suspension. The history keeps that there was one, and why."""
    provider = Provider.objects.select_for_update().get(pk=provider.pk)
    if provider.status != Provider.Status.SUSPENDED:
        raise NotSuspended(f"{provider.name} is not suspended.")
    provider.status = Provider.Status.ACTIVE
    provider.suspended_on, provider.suspended_by, provider.suspended_reason = None, None, ""
    return _save_standing(provider, by=by)


@acting_as(SYSTEM)  # whether it is sent anyone decides who sees whom
def _save_standing(provider: Provider, *, by: User) -> Provider:
    save_or_refuse(provider, "status", "suspended_on", "suspended_by", "suspended_reason", by=by)
    return provider


@transaction.atomic
def note_unmet_need(
    *,
    by: User,
    today: date,
    need: str = "",
    words: str = "",
    outcode: Outcode | None = None,
    region: Region | None = None,
    found: int = 0,
    note: str = "",
) -> UnmetNeed:
    """Tell the commissioner that nothing suitable was found. The same search by the same person today is one note."""
    asked = {"need": need, "words": words, "outcode": outcode, "region": region, "note": note}
    same = UnmetNeed.objects.filter(searched_on=today, searched_by=by, **asked).first()
    if same is not None:
        return same
    unmet = UnmetNeed(found=found, searched_on=today, searched_by=by, **asked)
    save_or_refuse(unmet, by=by)
    return unmet


def _set(row: Provider | Service, fields: dict[str, Any], allowed: frozenset[str]) -> None:
    """Only the fields that people may change; anything else is a mistake in the caller."""
    if unknown := fields.keys() - allowed:
        raise TypeError(f"not fields to change by hand: {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(row, name, value)
