"""Who decides about money is told of each licence condition that touches it, and decides all the same."""

from __future__ import annotations

import pytest

from people.models import LicenceCondition, LicencePolicy
from people.record import licence_policies, licences

pytestmark = pytest.mark.django_db


def test_a_condition_that_touches_money_is_a_fact_to_mind(make_request, participant, officer, manager, client_as):
    spend = make_request(64_00, "Work boots")
    client = client_as(manager)
    before = client.get(f"/requests/{spend.pk}/").content.decode()
    licence_policies.load(LicencePolicy.objects, LicenceCondition.objects)
    custody = participant.sentences.get()
    conditions = licences.policy_for(custody).conditions
    chosen = {conditions.get(code="cash-limit"): "£500", conditions.get(code="polygraph"): ""}
    licences.issue(sentence=custody, chosen=chosen, by=officer)

    after = client.get(f"/requests/{spend.pk}/").content.decode()

    assert "A licence condition touches money" not in before
    assert "A licence condition touches money" in after
    assert "£500" in after
    assert "polygraph" not in after
