"""Every way to end an alert, and the night's sweep × every state an alert can be in."""

from __future__ import annotations

import pytest

from common.errors import RuleBroken
from engagement import alerts
from engagement.alerts import AlreadyClosed
from engagement.models import Alert
from tests.conftest import NOW, TODAY
from tests.engagement.conftest import DAY
from tests.states import cells, outcome_of

pytestmark = pytest.mark.django_db

CLOSED = AlreadyClosed, "Someone has closed this alert already."
CLOSE = {"OPEN": "CLOSED", "PASSED_ON": "CLOSED", "CLOSED": CLOSED}
STAYS = RuleBroken, "An alert does not end because nobody answered. Say what you try next, and when."
TABLE = {
    **{outcome: CLOSE for outcome in Alert.Outcome.values if outcome != "COULD_NOT_REACH"},
    "keep_trying": {"OPEN": "OPEN", "PASSED_ON": "PASSED_ON", "CLOSED": CLOSED},
    "COULD_NOT_REACH": {"OPEN": STAYS, "PASSED_ON": STAYS, "CLOSED": CLOSED},
    "sweep_in_time": {"OPEN": "OPEN", "PASSED_ON": "PASSED_ON", "CLOSED": "CLOSED"},
    "sweep_when_late": {"OPEN": "PASSED_ON", "PASSED_ON": "PASSED_ON", "CLOSED": "CLOSED"},
}
DETAILS = {
    "PLANNED_ABSENCE": {"away_until": TODAY + 7 * DAY},
    "IN_CUSTODY": {"away_until": TODAY + 7 * DAY},
}


@pytest.fixture
def alert_in(participant, officer):
    """An alert due today, in the state asked for."""

    def make(state: str) -> Alert:
        alert = Alert.objects.create(
            participant=participant, owner=officer, raised_at=NOW - DAY, due_on=TODAY, next_step="Call.",
            kinds=["DRIFT"], facts=["DRIFT:x"], reasons=["Silence."],
            escalated_at=NOW if state == "PASSED_ON" else None,
        )  # fmt: skip
        if state == "CLOSED":
            close(alert, "MISTAKEN", officer)
        alert.refresh_from_db()
        assert alert.state == state
        return alert

    return make


def close(alert: Alert, outcome: str, officer) -> None:
    details = DETAILS.get(outcome, {})
    alerts.close_alert(alert=alert, outcome=outcome, note="Told us", by=officer, today=TODAY, now=NOW, **details)


def do(act: str, alert: Alert, officer) -> None:
    if act.startswith("sweep"):
        today = TODAY if act == "sweep_in_time" else TODAY + DAY
        alerts.sweep(today=today, now=NOW, by=officer)
    elif act == "keep_trying":
        alerts.keep_trying(
            alert=alert, note="Rang", what_next="Visit", next_on=TODAY + DAY, by=officer, today=TODAY, now=NOW
        )
    else:
        close(alert, act, officer)


@cells(TABLE)
def test_each_act_on_an_alert_goes_as_the_table_says(act, state, expected, alert_in, officer):
    alert = alert_in(state)

    found = outcome_of(lambda: do(act, alert, officer), lambda: Alert.objects.get(pk=alert.pk).state, expected)

    assert found == expected


def test_the_table_has_every_way_to_end_an_alert_and_every_state():
    assert set(Alert.Outcome.values) < set(TABLE)
    assert all(set(row) == set(Alert.State.values) for row in TABLE.values())
