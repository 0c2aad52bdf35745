"""Files of services: all that is in them, once, and a sentence where they are wrong."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from providers.imports import Format, WrongFile, import_services
from providers.models import Activity, Provider, Service
from tests.conftest import TODAY

DATA = Path(__file__).parent / "data"
REFERENCE = {
    "probation_regions": [{"code": "N", "name": "The North"}],
    "pcc_regions": [{"id": "northshire", "name": "Northshire", "probation_region": "N"}],
}


def contracts() -> list[dict]:
    return json.loads((DATA / "contracts.json").read_text())


def load(records: object, kind: Format = Format.MOJ_CRS, **options: object):
    return import_services(
        content=json.dumps(records).encode(), name="file.json", kind=kind, today=TODAY,
        reference=json.dumps(REFERENCE).encode(), **options,
    )  # fmt: skip


def feed() -> dict:
    return json.loads((DATA / "feed.json").read_text())


@pytest.mark.django_db
class TestContracts:
    def test_every_contract_and_every_activity_is_loaded_even_two_that_read_the_same(self):
        report = load(contracts())

        assert report.services.line == "services: 2 read, 2 created, 0 changed, 0 unchanged, 0 refused"
        assert report.activities.line == "activities: 3 read, 3 created, 0 changed, 0 unchanged, 0 refused"
        assert Activity.objects.filter(activity="Relapse prevention").count() == 2

    def test_the_same_file_twice_changes_nothing(self):
        load(contracts())
        before = [Service.history.count(), Provider.history.count()]

        report = load(contracts())

        assert report.services.unchanged == 2
        assert report.activities.unchanged == 3
        assert report.providers.unchanged == 2
        assert [Service.history.count(), Provider.history.count()] == before

    def test_a_contract_becomes_a_service_with_its_place_people_and_needs(self):
        load(contracts())

        service = Service.objects.get(external_id="c-1")
        assert service.needs == ["DRUGS", "ALCOHOL"]
        assert service.provider.name == "North Centre CIC"
        assert service.provider.sector == Provider.Sector.SOCIAL_ENTERPRISE
        assert [other.name for other in service.subcontractors.all()] == ["Small Help Ltd"]
        assert (service.region.name, service.police_area.name) == ("The North", "Northshire")
        assert service.charge == "CONTRACTED"

    def test_a_moment_at_which_a_contract_is_hidden_is_its_last_day(self):
        load(contracts())

        service = Service.objects.get(external_id="c-2")
        assert str(service.closes_on) == "2025-07-01"  # 23:59 UTC is past midnight in a British summer
        assert not service.is_available(TODAY)

    def test_one_changed_line_is_one_change(self):
        load(contracts())
        records = contracts()
        records[0]["activities"][2]["activity"] = "Peer support"

        report = load(records)

        assert report.activities.line == "activities: 3 read, 0 created, 1 changed, 2 unchanged, 0 refused"
        assert (report.services.changed, report.services.unchanged) == (1, 1)

    def test_a_line_put_in_front_moves_the_others_and_changes_none(self):
        load(contracts())
        records = contracts()
        records[0]["activities"].insert(
            0, {"need_area": "ETE", "activity": "Job club", "delivery_method": "Group", "delivery_location": ""}
        )

        report = load(records)

        assert (report.activities.created, report.activities.unchanged) == (1, 3)
        lines = Activity.objects.filter(service__external_id="c-1").order_by("position")
        assert [line.activity for line in lines] == ["Job club", "Relapse prevention", "Relapse prevention", ""]

    def test_a_line_that_left_the_file_leaves_the_directory(self):
        load(contracts())
        records = contracts()
        records[0]["activities"].pop()

        report = load(records)

        assert report.removed_activities == 1
        assert Activity.objects.count() == 2

    @pytest.mark.parametrize(
        ("spoil", "reason"),
        [
            (lambda r: r.pop("internal_contract_id"), "internal_contract_id is missing"),
            (lambda r: r["eligibility"].update(minimum_age=10**30), "a number in it that is too large"),
            (lambda r: r["eligibility"].update(allows_male="yes"), "allows_male is not true or false"),
            (lambda r: r["eligibility"].update(maximum_age=3), "The oldest age must not be under the youngest"),
            (lambda r: r.update(intervention_title="a\x00b"), "characters in it that cannot be read"),
            (lambda r: r.update(intervention_title="\ud800"), "characters in it that cannot be read"),
            (lambda r: r["scheduling"].update(hide_before="soon"), "hide_before is not a date"),
            (lambda r: r["scheduling"].update(hide_before="0001-01-01"), "not a date between 1900 and 2200"),
            (lambda r: r.update(activities="none"), "activities is not a list"),
            (lambda r: r.update(providers=[]), "prime_provider_code is missing"),
            (lambda r: r["providers"].update(subcontractor_codes=[1]), "not a list of codes"),
        ],
    )
    def test_a_bad_contract_is_refused_with_its_number_and_reason_and_the_others_load(self, spoil, reason):
        records = contracts()
        spoil(records[0])

        report = load(records)

        assert report.services.line == "services: 2 read, 1 created, 0 changed, 0 unchanged, 1 refused"
        assert report.problems[0].startswith("Record 1 ")
        assert reason in report.problems[0]
        assert not Provider.objects.filter(external_id="NORTH_CTR_CIC").exists()

    @pytest.mark.parametrize("letters", [200, 201, 300])
    def test_a_name_that_is_too_long_is_cut_and_noted_and_the_same_file_changes_nothing(self, letters):
        records = contracts()
        records[0]["intervention_title"] = "x" * letters

        report = load(records)

        assert report.services.refused == 0
        name = Service.objects.get(external_id="c-1").name
        assert len(name) == 200
        assert name.endswith("…") == (letters > 200)
        noted = any("a name of more than 200 letters, which was cut: 1" in note for note in report.notes)
        assert noted == (letters > 200)
        assert load(records).services.changed == 0

    def test_a_bad_line_is_refused_and_its_contract_loads(self):
        records = contracts()
        records[0]["activities"][1] = "what?"

        report = load(records)

        assert report.activities.line == "activities: 3 read, 2 created, 0 changed, 0 unchanged, 1 refused"
        assert "activity 2 refused" in report.problems[0]

    def test_the_same_contract_twice_in_one_file_is_refused_the_second_time(self):
        report = load([*contracts(), contracts()[0]])

        assert report.services.refused == 1
        assert "same id as record 1" in report.problems[0]

    def test_what_staff_wrote_about_a_provider_is_kept(self):
        load(contracts())
        Provider.objects.filter(external_id="SMALL_HELP_LTD").update(name="Small Help", email="a@small.example")

        load(contracts())

        assert Provider.objects.get(external_id="SMALL_HELP_LTD").email == "a@small.example"
        assert Provider.objects.get(external_id="SMALL_HELP_LTD").name == "Small Help"

    def test_a_preview_counts_and_changes_nothing(self):
        report = load(contracts(), preview=True)

        assert report.services.created == 2
        assert not Service.objects.exists()
        assert not Provider.objects.exists()


@pytest.mark.django_db
class TestFeeds:
    def test_a_page_of_a_real_feed_with_its_faults_is_loaded(self, outcodes):
        report = load(feed(), Format.OPEN_REFERRAL)

        assert report.services.line == "services: 4 read, 2 created, 0 changed, 0 unchanged, 2 refused"
        shelter = Service.objects.get(name="Night shelter")
        assert shelter.minimum_age is None
        assert shelter.outcode_id == "PR1"
        assert shelter.needs == ["ACCOMMODATION"]
        assert (shelter.price, shelter.price_unit) == (500, "DAY")
        assert shelter.email == ""
        assert shelter.as_imported["pc_targetAudience"] == ["adults"]

    def test_an_entry_with_a_name_and_no_more_stands_for_its_own_provider(self, outcodes):
        load(feed(), Format.OPEN_REFERRAL)

        assert Service.objects.get(name="Bare entry").provider.name == "Bare entry"

    def test_the_same_page_twice_changes_nothing(self, outcodes):
        load(feed(), Format.OPEN_REFERRAL)

        report = load(feed(), Format.OPEN_REFERRAL)

        assert report.services.unchanged == 2

    def test_a_thin_page_does_not_wipe_what_a_full_record_told(self, outcodes):
        load(feed(), Format.OPEN_REFERRAL)
        organisation = {"id": "22222222-2222-4222-8222-222222222222", "name": "Shelter Northbridge"}
        thin = [{"id": "11111111-1111-4111-8111-111111111111", "name": "Night shelter", "organization": organisation}]

        report = load(thin, Format.OPEN_REFERRAL)

        assert report.services.unchanged == 1
        assert Service.objects.get(name="Night shelter").price == 500

    def test_an_organisation_brings_its_services(self, db):
        organisation = {"id": "o", "name": "Org", "services": [{"id": "s", "name": "Choir", "status": "active"}]}

        load(organisation, Format.OPEN_REFERRAL)

        assert Service.objects.get(name="Choir").provider.name == "Org"

    @pytest.mark.parametrize("amount", [-1, 10**15, 1e308])
    def test_a_price_that_is_none_refuses_the_record(self, amount):
        record = {"id": "s", "name": "Choir", "cost_options": [{"id": "c", "amount": amount}]}

        report = load(record, Format.OPEN_REFERRAL)

        assert report.services.refused == 1


WRONG = [
    (b"", "is empty"),
    (b"   ", "is empty"),
    (b"\x89PNG\r\n\x1a\n\x00\x01\xff", "not a text file|not JSON"),
    (b"PK\x03\x04\x14\x00\x06\x00", "not a text file|not JSON"),
    (b"name,age\nSam,22", "is not JSON"),
    (b"[" * 100_000, "nested too deeply"),
    (b'[{"a": NaN}]', "too large to read"),
    (b"[" + b"9" * 5000 + b"]", "too large to read"),
    (b"{}", "not a list of contracts|no services in it"),
    (b"[]", "has no (contracts|services) in it"),
    (b'"text"', "not a list"),
    (b"null", "not a list"),
    (b"[1, 2, 3]", "not a list of contracts|no services in it"),
    (b'[{"firstName": "Sam"}]', "not a list of contracts|no services in it"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(Format))
@pytest.mark.parametrize(("content", "sentence"), WRONG)
def test_a_wrong_file_is_refused_in_one_sentence_and_nothing_is_loaded(kind, content, sentence):
    with pytest.raises(WrongFile, match=sentence):
        import_services(content=content, name="file.json", kind=kind, today=TODAY)

    assert not Service.objects.exists()
    assert not Provider.objects.exists()


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("import_services", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
class TestCommand:
    def test_the_last_line_counts_services_and_the_one_before_counts_activities(self):
        lines = run(str(DATA / "contracts.json"), "--format", "moj-crs").splitlines()

        assert lines[-1] == "services: 2 read, 2 created, 0 changed, 0 unchanged, 0 refused"
        assert lines[-2] == "activities: 3 read, 3 created, 0 changed, 0 unchanged, 0 refused"

    @pytest.mark.parametrize(
        ("name", "sentence"),
        [("no-such-file.json", "There is no file"), (".", "is a folder"), ("a\x00b", "cannot be read")],
    )
    def test_a_file_that_is_none_ends_with_a_sentence(self, name, sentence):
        with pytest.raises(CommandError, match=sentence):
            run(str(DATA / name), "--format", "moj-crs")

    def test_all_147_real_contracts_and_2342_activities_load_once(self, real_data):
        contracts_file = str(real_data / "moj" / "crs_contracts_dev.json")

        first = run(contracts_file, "--format", "moj-crs").splitlines()
        second = run(contracts_file, "--format", "moj-crs").splitlines()

        assert first[-1] == "services: 147 read, 147 created, 0 changed, 0 unchanged, 0 refused"
        assert first[-2] == "activities: 2342 read, 2342 created, 0 changed, 0 unchanged, 0 refused"
        assert second[-1] == "services: 147 read, 0 created, 0 changed, 147 unchanged, 0 refused"
        assert second[-2] == "activities: 2342 read, 0 created, 0 changed, 2342 unchanged, 0 refused"
        assert Provider.objects.count() == 117

    @pytest.mark.parametrize(
        "example",
        ["service_full", "service_list", "service_at_location_full", "service_at_location_list", "organization_full"],
    )
    def test_the_official_examples_load(self, real_data, example):
        lines = run(str(real_data / "oruk3" / "examples" / f"{example}.json"), "--format", "open-referral").splitlines()

        assert lines[-1] == "services: 1 read, 1 created, 0 changed, 0 unchanged, 0 refused"
