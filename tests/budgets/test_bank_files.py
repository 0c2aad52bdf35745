"""The files that a pay run is taken to the bank as: to the letter, and the same each time."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from budgets import bank_files, pay_runs
from budgets.models import PayRun
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(world) -> PayRun:
    world.checked(account_name="Håkon & Sons’ Lettings of the Old Harbour")
    world.checked(payee="Quay Rooms", number="00000012", sort_code="010203", account_name="Quay Rooms")
    first = world.order(world.set_aside(123_45), 123_45, invoice="1043/b")
    second = world.order(world.set_aside(5_00, "Quay Rooms"), 5_00)
    return world.draft(first, second)


def taken(run: PayRun, world, kind: str) -> str:
    pay_runs.approve(run=run, by=world.finn, now=NOW)
    return pay_runs.file_of(pay_runs.take_file(run=run, kind=kind, by=world.fay, now=NOW))[1].decode("utf-8")


def test_the_bacs_list_is_a_line_each_without_a_header(run, world):
    first, second = run.orders.order_by("pk")
    assert taken(run, world, "bacs-csv") == (
        f"200000,12345678,HAKON & SONS LETTI,123.45,99,309999,87654321,GOOD LIVES FUND,{first.reference},03/06/2026\r\n"
        f"010203,00000012,QUAY ROOMS,5.00,99,309999,87654321,GOOD LIVES FUND,{second.reference},03/06/2026\r\n"
    )


def test_standard_18_has_records_of_100_letters_and_a_debit_of_the_sum(run, world):
    first, _ = run.orders.order_by("pk")
    records = taken(run, world, "standard18").split("\r\n")
    assert records.pop() == ""
    assert {len(record) for record in records} == {100}
    assert records[0] == (
        "20000012345678" "0" "99" "30999987654321" "    " "00000012345"
        f"{'GOOD LIVES FUND':<18}{first.reference:<18}{'HAKON & SONS LETTI':<18}"
    )  # fmt: skip
    assert records[-1] == (
        "30999987654321" "0" "17" "30999987654321" "    " "00000012845"
        f"{'GOOD LIVES FUND':<18}{run.reference:<18}{'CONTRA':<18}"
    )  # fmt: skip


def test_pain_001_is_valid_by_the_published_schema_and_says_each_payment(run, world):
    from importlib.resources import files

    from lxml import etree

    text = taken(run, world, "pain001")
    schema = etree.XMLSchema(etree.fromstring((files("sepaxml") / "schemas" / "pain.001.001.09.xsd").read_bytes()))
    schema.assertValid(etree.fromstring(text.encode()))
    root, space = ElementTree.fromstring(text), f"{{{bank_files.ISO}}}"
    found = [
        (
            one.findtext(f".//{space}EndToEndId"), one.findtext(f".//{space}InstdAmt"),
            one.findtext(f"{space}CdtrAgt//{space}MmbId"),
            one.findtext(f"{space}CdtrAcct//{space}Id/{space}Othr/{space}Id"),
            one.findtext(f"{space}Cdtr/{space}Nm"), one.findtext(f".//{space}Ustrd"),
        )
        for one in root.iter(f"{space}CdtTrfTxInf")
    ]  # fmt: skip
    first, second = run.orders.order_by("pk")
    assert found == [
        (first.reference, "123.45", "200000", "12345678", "Håkon & Sons’ Lettings of the Old Harbour",
         f"{first.reference} 1043/b"),
        (second.reference, "5.00", "010203", "00000012", "Quay Rooms", second.reference),
    ]  # fmt: skip
    assert root.findtext(f".//{space}GrpHdr/{space}CtrlSum") == "128.45"
    assert root.findtext(f".//{space}PmtInf/{space}BtchBookg") == "true"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("O’Neill, Łukasz", "O NEILL UKASZ"), ("Café №5", "CAFE NO5"), ("  a   b ", "A B"), ("日本", ""),
        ("x" * 17 + " y", "X" * 17),
    ],
)  # fmt: skip
def test_a_name_is_written_in_the_letters_that_bacs_has(said, kept):
    assert bank_files.plain(said) == kept
