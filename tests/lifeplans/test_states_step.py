"""Every status a step can be set to × every status it can be set from. What closes it is its goal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lifeplans import services
from lifeplans.models import Step
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize("before", Step.Status.values)
@pytest.mark.parametrize("after", Step.Status.values)
def test_a_step_goes_from_any_status_to_any_other_and_only_done_has_a_day(before, after, step, officer):
    services.set_step(step=step, status=before, by=officer, today=YESTERDAY)

    services.set_step(step=step, status=after, by=officer, today=TODAY)

    step.refresh_from_db()
    done_on = {True: YESTERDAY if before == "DONE" else TODAY, False: None}[after == "DONE"]
    assert (step.status, step.done_on) == (after, done_on)


@pytest.mark.parametrize("status", Step.Status.values)
def test_a_step_is_edited_in_any_status_and_keeps_it(status, step, officer, person_user):
    services.set_step(step=step, status=status, by=officer, today=TODAY)

    services.edit_step(step=step, text="Ring them twice", who="PARTICIPANT", by=person_user)

    step.refresh_from_db()
    assert (step.text, step.status) == ("Ring them twice", status)
