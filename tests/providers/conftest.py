"""Providers and services that every test of this floor speaks of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import NOW, TODAY


@pytest.fixture
def outcodes(db):
    from people.models import Outcode

    rows = [
        ("PR1", 53.7595, -2.6993, "Preston"),
        ("LA1", 54.0490, -2.7990, "Lancaster"),
        ("TR1", 50.2632, -5.0510, "Truro"),
    ]
    return {
        code: Outcode.objects.get_or_create(code=code, defaults={"latitude": lat, "longitude": lng, "town": town})[0]
        for code, lat, lng, town in rows
    }


@pytest.fixture
def region(unit):
    return unit.region


@pytest.fixture
def provider(db):
    from providers import directory

    return directory.add_provider(
        name="Northbridge Counselling",
        by=None,
        today=TODAY,
        size="SMALL",
        sector="CHARITY",
        email="hello@northbridge.example",
    )


@pytest.fixture
def make_service(provider, outcodes):
    from providers import directory

    def make(name: str = "Talking it through", *, of=None, **fields):
        usual = {
            "needs": ["HEALTH"],
            "charge": "PRICED",
            "price": 4000,
            "price_unit": "SESSION",
            "outcode": outcodes["PR1"],
        }
        return directory.add_service(provider=of or provider, name=name, by=None, today=TODAY, **{**usual, **fields})

    return make


@pytest.fixture
def service(make_service):
    return make_service()


@pytest.fixture
def make_referral(participant, service, officer):
    from providers import services

    def make(**fields):
        usual = {
            "participant": participant, "service": service, "need": "HEALTH", "reason": "Sleeps badly since release",
            "by": officer, "today": TODAY, "now": NOW, "send_to": "hello@northbridge.example",
        }  # fmt: skip
        return services.refer(**{**usual, **fields})

    return make


@pytest.fixture
def referral(make_referral):
    return make_referral(told="Mornings suit best.", shares=["AGE"])


@pytest.fixture(scope="session")
def real_data() -> Path:
    folder = Path(os.environ.get("GOOD_LIVES_DATA") or settings.BASE_DIR.parent / "shared" / "data")
    if not (folder / "moj" / "crs_contracts_dev.json").is_file():
        pytest.skip("The real data is not here. Set GOOD_LIVES_DATA to its folder to run this.")
    return folder
