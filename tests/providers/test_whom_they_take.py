"""Services for men or for women only are not offered to those whom they cannot take."""

from __future__ import annotations

import pytest
from django.urls import reverse

from people.record import characteristics
from people.record.forms.characteristics import CharacteristicsForm
from providers import services as referrals
from providers.search import Sought, find
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def say(participant, officer):
    def said(**answers) -> None:
        new = {**dict.fromkeys(CharacteristicsForm.base_fields, ""), **answers}
        characteristics.say(participant=participant, answers=new, by=officer, today=TODAY)

    return said


def test_services_that_cannot_take_the_person_are_not_offered_whatever_is_searched_for(
    participant, officer, client_as, say, make_service
):
    make_service("Women only house", allows_male=False)
    make_service("Men only house", allows_female=False)
    make_service("House for all")
    say(sex="MALE")
    client, url = client_as(officer), reverse("providers:service-list")

    for query in ({}, {"q": "house"}, {"who": "WOMEN"}):
        read = client.get(url, {"person": participant.ref, **query}).content.decode()
        assert "Women only house" not in read
        assert "House for all" in read
    assert "Women only house" in client.get(url).content.decode()
    assert [service.name for service in find(Sought(today=TODAY, takes="WOMEN"))] == [
        "House for all",
        "Women only house",
    ]


def test_a_referral_to_a_service_that_cannot_take_them_is_refused(participant, officer, say, make_service):
    women, men = make_service("Women", allows_male=False), make_service("Men", allows_female=False)
    say(sex="FEMALE")

    def refer(service) -> object:
        return referrals.refer(
            participant=participant, service=service, need="ACCOMMODATION", reason="To live", by=officer, today=TODAY,
            now=NOW,
        )  # fmt: skip

    with pytest.raises(referrals.NotForThem, match="takes men only"):
        refer(men)
    assert refer(women)
