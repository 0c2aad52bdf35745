"""The pages of the directory, end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from providers.models import Provider, Service
from tests.providers.nasty import NASTY

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"


class TestDirectoryPages:
    NEW = {
        "provider_name": "Sam's Van", "sector": "SOLE_TRADER", "size": "MICRO", "phone": "07700 900123",
        "name": "Moving house", "needs": ["ACCOMMODATION"], "charge": "PRICED", "price": "60", "price_unit": "ONCE",
        "outcode": "PR1 2AB", "who": "BOTH",
    }  # fmt: skip

    def test_a_practitioner_buys_off_the_list(self, client_as, officer, participant, outcodes):
        response = client_as(officer).post(f"/services/new/?person={participant.ref}", self.NEW, follow=True)

        service = Service.objects.get()
        assert (service.listing, service.price, service.outcode_id) == ("OFF_LIST", 60_00, "PR1")
        assert service.provider.size == Provider.Size.MICRO
        assert f"Refer {participant.called}" in response.text

    def test_a_manager_adds_to_the_directory(self, client_as, manager, outcodes):
        client_as(manager).post("/services/new/", self.NEW)

        assert Service.objects.get().listing == "LISTED"

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"phone": ""}, "so that they can be reached"),
            ({"price": ""}, "Enter the price"),
            ({"outcode": "ZZ99"}, "We do not know where ZZ99 is"),
            ({"needs": []}, "Choose what it helps with"),
            ({"minimum_age": "30", "maximum_age": "20"}, "must not be under the youngest"),
        ],
    )
    def test_what_is_missing_is_asked_for(self, client_as, officer, outcodes, change, sentence):
        response = client_as(officer).post("/services/new/", self.NEW | change)

        assert sentence in response.text
        assert "Moving house" in response.text
        assert not Service.objects.exists()

    def test_a_provider_of_that_name_is_there_already(self, client_as, officer, outcodes, provider):
        response = client_as(officer).post("/services/new/", self.NEW | {"provider_name": provider.name})

        assert "There is a provider of this name already" in response.text

    @pytest.mark.parametrize("nasty", NASTY)
    def test_nasty_text_is_refused_or_shown_as_it_is(self, client_as, officer, outcodes, nasty):
        for field in self.NEW:
            response = client_as(officer).post("/services/new/", self.NEW | {field: nasty})
            assert response.status_code in (200, 302)
            assert "<script>alert(1)" not in response.text

    def test_a_service_is_changed(self, client_as, manager, service):
        url = reverse("providers:service-edit", args=[service.pk])
        page = client_as(manager).get(url)
        said = {name: page.context["form"][name].value() for name in ("name", "who", "needs")}

        client_as(manager).post(
            url, {**said, "charge": "FREE", "status": "ACTIVE", "wait_days": "14", "name": "Talking"}
        )

        service.refresh_from_db()
        assert (service.name, service.charge, service.price, service.wait_days) == ("Talking", "FREE", None, 14)

    def test_a_provider_is_suspended_and_restored(self, client_as, manager, provider):
        client = client_as(manager)

        client.post(reverse("providers:provider-suspend", args=[provider.pk]), {"reason": "A concern"})
        assert "A concern" in client.get(reverse("providers:provider-detail", args=[provider.pk])).text
        client.post(reverse("providers:provider-restore", args=[provider.pk]))

        provider.refresh_from_db()
        assert provider.can_be_used

    def test_a_provider_is_changed(self, client_as, manager, provider):
        url = reverse("providers:provider-edit", args=[provider.pk])

        client_as(manager).post(
            url, {"name": "New name", "sector": "CHARITY", "size": "LARGE", "website": "new.example"}
        )

        provider.refresh_from_db()
        assert (provider.name, provider.website) == ("New name", "https://new.example")

    @pytest.mark.parametrize("words", ["north", "nrothbridge", "\x00", "x" * 10_000, "%"])
    def test_providers_are_found_by_name(self, client_as, manager, provider, words):
        assert client_as(manager).get("/providers/", {"q": words}).status_code in (200, 400)


class TestImportPage:
    URL = "/services/import/"

    def send(self, client, content: bytes, kind: str = "moj-crs", name: str = "contracts.json"):
        return client.post(self.URL, {"kind": kind, "file": SimpleUploadedFile(name, content, "application/json")})

    def test_what_would_happen_is_shown_and_then_done(self, client_as, manager):
        client = client_as(manager)

        access_words = self.send(client, (DATA / "contracts.json").read_bytes())
        assert access_words.context["report"].services.created == 2
        assert not Service.objects.exists()
        done = client.post(self.URL, {"confirm": access_words.context["key"]}, follow=True)

        assert "2 read, 2 created" in done.text
        assert Service.objects.count() == 2

    @pytest.mark.parametrize("content", [b"{}", b"PK\x03\x04\x00", b"[" * 50_000, b"not json", b"\xff\xfe\x00"])
    def test_a_wrong_file_is_refused_in_a_sentence(self, client_as, manager, content):
        response = self.send(client_as(manager), content)

        assert response.status_code == 200
        assert "There is a problem" in response.text

    def test_someone_elses_or_an_old_key_does_nothing(self, client_as, manager, administrator):
        access_words = self.send(client_as(manager), (DATA / "contracts.json").read_bytes())

        for key in (access_words.context["key"], "x", ""):
            assert "Choose the file again" in client_as(administrator).post(self.URL, {"confirm": key}).text
        assert not Service.objects.exists()

    def test_refused_records_are_listed(self, client_as, manager):
        records = json.loads((DATA / "contracts.json").read_text())
        records[0]["eligibility"]["allows_male"] = "<script>alert(1)</script>"

        response = self.send(client_as(manager), json.dumps(records).encode())

        assert "allows_male is not true or false" in response.text
