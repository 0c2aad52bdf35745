"""Places from their files: all of them, once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from people.imports.files import WrongFile
from people.imports.places import import_places
from people.models import DeliveryUnit, Office, Outcode, Prison, Region
from people.models.postcodes import is_outcode, outcode_of
from tests.conftest import service_account

pytestmark = pytest.mark.django_db
DATA = Path(os.environ.get("GOOD_LIVES_DATA", settings.BASE_DIR.parent / "shared" / "data"))
real = pytest.mark.skipif(not DATA.is_dir(), reason=f"The real data are not at {DATA}; set GOOD_LIVES_DATA.")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "crs_reference.json").write_text(json.dumps({"probation_regions": [{"code": "K", "name": "Kent"}]}))
    (tmp_path / "probation_delivery_units.csv").write_text("pdu_id,name,probation_region_id\n1,East Kent,K\n2,Lost,Z\n")
    (tmp_path / "probation_offices.csv").write_text(
        'probation_office_id,name,address,probation_region_id\n1,Derby,"1 Stuart Street, Derby, DE1 2EQ",K\n'
    )
    prisons = [{"code": "PNI", "name": "Preston (HMP)", "active": True}, {"code": "EVI"}]
    (tmp_path / "prisons.json").write_text(json.dumps({"prisons": prisons}))
    (tmp_path / "outcodes.csv").write_text("postcode,latitude,longitude,town\nDE1,52.9,-1.4,Derby\nXX,200,0,Nowhere\n")
    return tmp_path


def both(folder: Path):
    return import_places(moj=folder, outcodes=folder / "outcodes.csv", by=service_account())


def test_each_kind_is_loaded_and_a_bad_row_is_refused_with_its_place(folder):
    counts = {count.kind: count for count in both(folder)}

    assert str(counts["delivery units"]) == "delivery units: 2 read, 1 created, 0 changed, 0 unchanged, 1 refused"
    assert counts["delivery units"].refusals == ["delivery units, line 3: “Z” is missing or not known"]
    assert counts["prisons"].refusals == ["prisons, item 2: “name” is missing or not known"]
    assert len(counts["outcodes"].refusals) == 1
    assert Office.objects.get().outcode == "DE1"


def test_the_same_files_twice_change_nothing(folder):
    both(folder)

    assert {(count.created, count.changed) for count in both(folder)} == {(0, 0)}


def test_a_changed_name_is_changed(folder):
    both(folder)
    (folder / "crs_reference.json").write_text(
        json.dumps({"probation_regions": [{"code": "K", "name": "Kent and more"}]})
    )

    counts = {count.kind: count for count in both(folder)}

    assert counts["regions"].changed == 1
    assert Region.objects.get(code="K").name == "Kent and more"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("prisons.json", "not json"),
        ("prisons.json", "[]"),
        ("prisons.json", '{"prisons": {}}'),
        ("prisons.json", "[" * 100_000),
        ("prisons.json", ""),
        ("probation_offices.csv", "a,b\n1,2\n"),
        ("probation_offices.csv", '"never closed\n'),
        ("outcodes.csv", "\x00\x00"),
    ],
)
def test_a_wrong_file_stops_it_all_with_a_sentence(folder, name, content):
    (folder / name).write_text(content)

    with pytest.raises(WrongFile):
        both(folder)
    with pytest.raises(CommandError):
        call_command("import_places", "--moj", folder, "--outcodes", folder / "outcodes.csv")
    assert not Region.objects.exists()


def test_the_command_says_what_to_give_it():
    with pytest.raises(CommandError, match="Say what to load"):
        call_command("import_places")


def test_the_command_names_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_places", "--moj", tmp_path)


@real
def test_the_real_places_are_all_there():
    counts = import_places(moj=DATA / "moj", outcodes=DATA / "geo" / "uk_outcodes.csv", by=service_account())

    assert [(count.kind, count.read, len(count.refusals)) for count in counts] == [
        ("regions", 12, 0), ("delivery units", 108, 0), ("offices", 326, 0), ("prisons", 169, 0), ("outcodes", 2856, 0),
    ]  # fmt: skip
    assert DeliveryUnit.objects.count() == 108
    assert Prison.objects.filter(active=True).count() == 125
    assert not Office.objects.exclude(outcode__in=Outcode.objects.values("code")).exists()


@pytest.mark.parametrize(
    ("address", "outcode"),
    [
        ("1 Mill St, Huddersfield, hd1 2ab", "HD1"),
        ("SW1A1AA", "SW1A"),
        ("No postcode", ""),
        ("W1A 0AX then E1 6AN", "E1"),
    ],
)
def test_the_outcode_of_an_address(address, outcode):
    assert outcode_of(address) == outcode
    assert not outcode or is_outcode(outcode)
