"""The bank's statements: each form that is read, and each that is refused, with what is wrong and on which line."""

from __future__ import annotations

from datetime import date

import pytest

from budgets import bank_reading
from budgets.bank_reading import CannotRead
from budgets.models import BankEntry, BankStatement

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">
 <BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>
  <Stmt><Id>42</Id><Acct><Id>{account}</Id><Ccy>{ccy}</Ccy></Acct>
   <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
   <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
   {entries}
  </Stmt>
 </BkToCstmrStmt>
</Document>"""
ENTRY = """<Ntry><NtryRef>{ref}</NtryRef><Amt Ccy="GBP">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts>{status}</Sts>
<BookgDt><Dt>2026-06-03</Dt></BookgDt><NtryDtls>{details}</NtryDtls></Ntry>"""
ONE = "<TxDtls><Refs><EndToEndId>{said}</EndToEndId></Refs>{more}</TxDtls>"


def camt(*entries: str, closing: str = "900.00", account: str = "<Othr><Id>87654321</Id></Othr>", **over) -> str:
    said = {"version": "08", "ccy": "GBP", **over}
    return CAMT.format(entries="".join(entries), closing=closing, account=account, **said)


def entry(
    said: str, amount: str = "100.00", way: str = "DBIT", *, ref: str = "A1", status: str = "BOOK", more: str = ""
):
    return ENTRY.format(ref=ref, amount=amount, way=way, status=status, details=ONE.format(said=said, more=more))


def found(text: str | bytes) -> bank_reading.Said:
    return bank_reading.read("x", text.encode() if isinstance(text, str) else text)


@pytest.mark.parametrize(
    "text",
    [
        "Date,Description,Amount,Balance\n03/06/2026,GL00000001 rent,-100.00,900.00\n",
        "DATE,NARRATIVE,PAID OUT,PAID IN,BALANCE\n2026-06-03,GL00000001 rent,100.00,,900\n",
        '\ufeffTransaction Date,Details,Money out,Money in\r\n03 Jun 2026,"GL00000001, rent","£100.00",\r\n',
        "Date,Reference,Amount\n03-Jun-2026,GL00000001 rent,(100.00)\n",
        "Date,Reference,Value\n03-06-2026,GL00000001 rent,100.00-\n",
        "Date,Reference,Value\n\n03/06/26,GL00000001 rent,−100\n\n",
    ],
)  # fmt: skip
def test_a_banks_csv_is_read_by_its_headings(text):
    line = found(text).lines[0]
    assert (line.on, line.pence, line.said.replace(",", "")) == (date(2026, 6, 3), -100_00, "GL00000001 rent")


def test_the_newest_first_is_turned_round_by_its_balances():
    text = "Date,Details,Amount,Balance\n04/06/2026,b,-10.00,880.00\n03/06/2026,a,-10.00,890.00\n02/06/2026,c,-10,900\n"
    said = found(text)
    assert [line.said for line in said.lines] == ["c", "a", "b"]
    assert (said.opening, said.closing) == (910_00, 880_00)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no line"), ("Date,Details,Amount\n", "no line"), ("a,b,c\n1,2,3\n", "must name the columns"),
        ("Date,Details\n03/06/2026,x\n", "a column “Amount”"),
        ("Date,Details,Amount\n03/06/2026,x\n", "Line 2 has 2 parts"),
        ('Date,Details,Amount\n03/06/2026,"x,-1.00\n', "in the middle of a line"),
        ("Date,Details,Amount\n31/06/2026,x,-1.00\n", "“31/06/2026” on line 2 is no day"),
        ("Date,Details,Amount\n03/06/1926,x,-1.00\n", "is no day"),
        ("Date,Details,Amount\n03/06/2026,x,-1.005\n", "“-1.005” on line 2 is no sum"),
        ("Date,Details,Amount\n03/06/2026,x,1e9\n", "is no sum"),
        ("Date,Details,Amount\n03/06/2026,x,(1.00\n", "is no sum"),
        ("Date,Details,Money out,Money in\n03/06/2026,x,1.00,1.00\n", "no sum, or one both out and in"),
        ("Date,Details,Money out,Money in\n03/06/2026,x,,\n", "no sum"),
        ("Date,Details,Amount,Account\n03/06/2026,x,-1,11111111\n03/06/2026,x,-1,22222222\n", "more than one account"),
        ("Date,Details,Amount,Balance\n03/06/2026,x,-1,9\n03/06/2026,y,-1,7\n", "do not follow from line to line"),
        ("Date,Details,Amount\n03/06/2026,x\x00y,-1.00\n", "letters that cannot be read"),
        ('<?xml version="1.0" encoding="xxx"?><a/>', "is no camt.053"),
        ("Date,Details,Amount\n03/06/2026,x," + '"1' + ",000" * 1500 + '"\n', "is no sum"),
        ("<html>no</html>", "one statement of one account"), ("<Document>", "ends in the middle"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><Document>&a;</Document>', "ends in the middle, or is no camt.053"),
        (camt(entry("GL00000001"), closing="901.00"), "Something is missing"),
        (camt(entry("GL00000001"), ccy="EUR"), "not in pounds"),
        (camt(entry("GL00000001", way="")), "does not say which way"),
        (camt(entry("GL00000001"))[:-60], "ends in the middle"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said(text, why):
    with pytest.raises(CannotRead, match=why):
        found(text)


@pytest.mark.parametrize("version", ["02", "08", "13"])
def test_camt_053_is_read_in_each_version(version):
    said = found(camt(entry("GL00000001"), version=version))
    assert (said.account, said.opening, said.closing) == ("87654321", 1_000_00, 900_00)
    assert [(line.on, line.pence, line.ref) for line in said.lines] == [(date(2026, 6, 3), -100_00, "A1")]
    assert "GL00000001" in said.lines[0].said


def test_what_is_only_expected_is_left_out_and_why_it_came_back_is_kept():
    returned = entry("GL00000001", way="CRDT", more="<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>")
    said = found(camt(entry("GL00000009", status="PDNG"), returned, closing="1100.00"))
    assert [(line.pence, line.code) for line in said.lines] == [(100_00, "AC04")]


def test_one_sum_with_its_parts_is_read_by_part():
    parts = "".join(
        f'<TxDtls><Refs><EndToEndId>GL0000000{n}</EndToEndId></Refs><Amt Ccy="GBP">{n}0.00</Amt></TxDtls>'
        for n in (4, 6)
    )
    whole = ENTRY.format(ref="A1", amount="100.00", way="DBIT", status="<Cd>BOOK</Cd>", details=parts)
    assert [(line.pence, line.ref) for line in found(camt(whole)).lines] == [(-40_00, "A1/0"), (-60_00, "A1/1")]
    with pytest.raises(CannotRead, match="do not make its sum"):
        found(camt(whole.replace("40.00", "41.00"), closing="900.00"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("account", "is_ours"),
    [
        ("<Othr><Id>87654321</Id></Othr>", True), ("<Othr><Id>30999987654321</Id></Othr>", True),
        ("<IBAN>GB33BUKB30999987654321</IBAN>", True), ("<Othr><Id>12345678</Id></Othr>", False),
        ("<IBAN>GB33BUKB20000087654321</IBAN>", False),
    ],
)  # fmt: skip
def test_a_statement_of_another_account_is_refused_and_nothing_of_it_stays(account, is_ours, world):
    world.checked()
    made = world.order(world.set_aside())
    world.send(made)
    text = camt(entry(made.reference), account=account)
    if is_ours:
        world.read(text)
        assert type(made).objects.get(pk=made.pk).state == "PAID"
    else:
        with pytest.raises(CannotRead, match="of another account, ending"):
            world.read(text)
        assert BankStatement.objects.count() == BankEntry.objects.count() == 0


@pytest.mark.django_db
def test_files_in_any_order_are_read_and_what_is_missing_between_is_named(world):
    from budgets import bank_statements

    def of_day(day: int, opening: int) -> str:
        return f"Date,Details,Amount,Balance\n{day:02}/06/2026,x{day},-1.00,{opening - 1}.00\n"

    world.read(of_day(5, 98), name="c")
    world.read(of_day(3, 100), name="a")
    assert [(a.file_name, b.file_name) for a, b in bank_statements.gaps()] == [("a", "c")]
    world.read(of_day(4, 99), name="b")
    assert bank_statements.gaps() == []
    assert BankEntry.objects.count() == 3
