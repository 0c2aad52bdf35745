"""Places, programmes and noon for this floor's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine

from tests.conftest import NOW, TODAY, service_account


@pytest.fixture
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def prison(db: None):
    from people.models import Prison

    return Prison.objects.create(code="PNI", name="Preston (HMP)")


@pytest.fixture
def make_programme(db: None) -> Callable:
    from people.models import Rule
    from people.programmes import enrolment

    def make(name: str = "Enabling fund", areas=(), owned_by=(), **rules):
        """`rules` by kind: make_programme(AGE={"youngest": 18, "oldest": 25}). Owned by these managers' areas."""
        return enrolment.create_programme(
            code=name.lower().replace(" ", "-"), name=name, money_model="DISCRETIONARY",
            rules=[Rule(kind=kind, **fields) for kind, fields in rules.items()], areas=areas, by=service_account(),
            owning_areas=[m.team.delivery_unit for user in owned_by for m in user.current_memberships if m.team],
        )  # fmt: skip

    return make


@pytest.fixture
def member(participant, volunteer):
    from people import services

    return services.add_to_circle(
        participant=participant, user=volunteer, relationship="VOLUNTEER", today=TODAY, now=NOW, by=service_account()
    )
