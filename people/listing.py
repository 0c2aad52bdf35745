"""Who is in a list of people: what was asked for, and in what order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import F, Prefetch

from people.models import Participant, RiskBand, Sentence, User
from people.models.participants import ParticipantQuerySet

People = ParticipantQuerySet


def listed(*, user: User, asked: dict[str, str], today: date) -> People:
    """The people this user may see who fit, with what a list shows of each."""
    people = Participant.objects.visible_to(user).with_lead(today).with_release()
    if asked.get("whose") == "mine":
        people = people.led_by(user, today)
    if asked.get("where") != "left":
        people = people.current(today)
    if asked.get("q"):
        people = people.matching(asked["q"], by=user)
    for name, narrow in _NARROW.items():
        if value := asked.get(name):
            people = narrow(people, value, today)
    return _in_order(people, asked).select_related("delivery_unit", "prison")


def with_sentences(people: People) -> People:
    """For a page or a file of them: each person's sentences, latest first, in one query."""
    return people.prefetch_related(
        Prefetch("sentences", Sentence.objects.order_by("-starts_on", "pk"), to_attr="latest_sentences")
    )


def _in_order(people: People, asked: dict[str, str]) -> People:
    order = asked.get("sort") or "name"
    if order == "release":
        return people.order_by(F("release_on").asc(nulls_last=True), "pk")
    if order == "risk":
        return people.riskiest_first()
    if order == "joined":
        return people.order_by("-joined_on", "-pk")
    if asked.get("q"):
        return people.order_by(F("near").desc(), "family_name", "given_name", "pk")  # set by matching()
    return people.order_by("family_name", "given_name", "pk")


def _where(people: People, value: str, today: date) -> People:
    places = {"custody": people.in_custody, "community": people.in_community}
    return places[value]() if value in places else people.left(today)


_NARROW: dict[str, Callable[[People, str, date], People]] = {
    "area": lambda people, value, today: people.filter(delivery_unit=int(value)),
    "risk": lambda people, value, today: people.filter(risk_band=RiskBand(value)),
    "where": _where,
    "release": lambda people, value, today: people.filter(
        pk__in=Sentence.objects.releases_between(today, today + timedelta(days=int(value))).values("participant")
    ),
    "tag": lambda people, value, today: people.filter(cohort_tags__contains=[value]),
}
