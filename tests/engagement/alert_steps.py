"""Raising and closing alerts, and what their pages are sent."""

from __future__ import annotations

from datetime import timedelta

from engagement import alerts
from engagement.models import Alert
from tests.conftest import NOW, TODAY, service_account

DAY = timedelta(days=1)


def sweep(days: int = 0) -> alerts.Swept:
    return alerts.sweep(today=TODAY + days * DAY, now=NOW + days * DAY, by=service_account())


def the_alert() -> Alert:
    return Alert.objects.open().get()


def close(alert, officer, outcome="BACK_IN_TOUCH", days: int = 0, **more):
    return alerts.close_alert(
        alert=alert,
        outcome=outcome,
        note="Spoke on the phone.",
        by=officer,
        today=TODAY + days * DAY,
        now=NOW + days * DAY,
        **more,
    )


def weekly_until(touch, ago: int) -> None:
    for week in range(10):
        touch((ago + 7 * week) * DAY)


def day(name: str, on) -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def text(response) -> str:
    return response.content.decode()


def an_alert(participant, officer, **fields) -> Alert:
    return Alert.objects.create(
        participant=participant,
        owner=officer,
        raised_at=NOW - 3 * DAY,
        due_on=TODAY,
        next_step="Call them.",
        **{"kinds": ["DRIFT"], "facts": ["DRIFT:x"], "reasons": ["Usually in touch every 6 days."], **fields},
    )
