"""A pay run as a file that a bank reads: the Bacs list as CSV, Bacs Standard 18, and ISO 20022 pain.001.

No library that is kept writes a British sort code (they want an IBAN), so the few elements that it takes are written
here; a test holds the file against the published schema.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC
from xml.etree.ElementTree import Element, SubElement, tostring  # noqa: S405 - it is written here, not read

from budgets.models import PayOrder, PayRun

CREDIT, CONTRA = "99", "17"  # Bacs transaction codes: a bank giro credit, and the debit that balances it
BACS_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.&/- ")
NAME = 18  # letters that Bacs has for a name or a reference
ISO = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
BACS_CSV, STANDARD_18, PAIN_001 = "bacs-csv", "standard18", "pain001"
KINDS = {
    BACS_CSV: "Bacs list (CSV)", STANDARD_18: "Bacs Standard 18", PAIN_001: "ISO 20022 (pain.001)",
}  # fmt: skip
BACS = {BACS_CSV, STANDARD_18}
Orders = Sequence[PayOrder]


def written(run: PayRun, orders: Orders) -> tuple[str, bytes]:
    """The name and the bytes of the run's file, of the kind that it was taken as."""
    writer, ending = WRITERS[run.sent_as]
    return f"{run.reference}.{ending}", writer(run, orders)


def plain(text: str, length: int = NAME) -> str:
    """Text in the letters that Bacs has, cut to length: accents go, and any other sign is a space."""
    letters = unicodedata.normalize("NFKD", text).upper()
    kept = "".join(sign if sign in BACS_SIGNS else "" if unicodedata.combining(sign) else " " for sign in letters)
    return " ".join(kept.split())[:length].strip()


def bacs_csv(run: PayRun, orders: Orders) -> bytes:
    """A line each, with no header: to, sum in pounds, code, from, reference, day."""
    ours, file = run.account, io.StringIO(newline="")
    lines = csv.writer(file, lineterminator="\r\n")
    for each in orders:
        assert each.account
        lines.writerow([
            each.account.sort_code, each.account.account_number, plain(each.account.account_name),
            f"{each.amount / 100:.2f}", CREDIT, ours.sort_code, ours.account_number, plain(ours.name),
            each.reference, f"{run.pay_on:%d/%m/%Y}",
        ])  # fmt: skip
    return file.getvalue().encode("ascii")


def standard_18(run: PayRun, orders: Orders) -> bytes:
    """Records of 100 letters, sums in pence, and the debit of our own account that balances them. Without the labels
    around them, which the software that sends it to Bacs writes."""
    ours = run.account
    lines = []
    for each in orders:
        assert each.account
        to = (each.account.sort_code, each.account.account_number)
        lines.append(_record(run, to, CREDIT, each.amount, each.reference, plain(each.account.account_name)))
    total = sum(each.amount for each in orders)
    lines.append(_record(run, (ours.sort_code, ours.account_number), CONTRA, total, run.reference, "CONTRA"))
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _record(run: PayRun, to: tuple[str, str], code: str, pence: int, reference: str, name: str) -> str:
    ours = run.account
    return (
        f"{to[0]}{to[1]}0{code}{ours.sort_code}{ours.account_number}    {pence:011d}"
        f"{plain(ours.name):<18}{reference:<18}{name:<18}"
    )


def pain_001(run: PayRun, orders: Orders) -> bytes:
    """One debit of our account for all of it, and a credit transfer for each."""
    ours, total = run.account, f"{sum(each.amount for each in orders) / 100:.2f}"
    assert run.approved_at
    document = Element("Document", xmlns=ISO)
    start = SubElement(document, "CstmrCdtTrfInitn")
    header = SubElement(start, "GrpHdr")
    _add(header, "MsgId", run.reference)
    _add(header, "CreDtTm", run.approved_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _add(header, "NbOfTxs", str(len(orders)))
    _add(header, "CtrlSum", total)
    _add(header, "InitgPty/Nm", ours.name)
    group = SubElement(start, "PmtInf")
    _add(group, "PmtInfId", run.reference)
    _add(group, "PmtMtd", "TRF")
    _add(group, "BtchBookg", "true")
    _add(group, "NbOfTxs", str(len(orders)))
    _add(group, "CtrlSum", total)
    _add(group, "ReqdExctnDt/Dt", run.pay_on.isoformat())
    _add(group, "Dbtr/Nm", ours.name)
    _account(group, "Dbtr", ours.sort_code, ours.account_number)
    for each in orders:
        assert each.account
        one = SubElement(group, "CdtTrfTxInf")
        _add(one, "PmtId/EndToEndId", each.reference)
        _add(one, "Amt/InstdAmt", f"{each.amount / 100:.2f}").set("Ccy", "GBP")
        _account(one, "Cdtr", each.account.sort_code, each.account.account_number, name=each.account.account_name)
        _add(one, "RmtInf/Ustrd", f"{each.reference} {each.invoice}".strip())
    return tostring(document, encoding="utf-8", xml_declaration=True)


def _account(parent: Element, of: str, sort_code: str, number: str, *, name: str = "") -> None:
    """An account and its bank, in the order of the schema: whose it is comes between the two for a creditor."""

    def agent() -> None:
        member = SubElement(SubElement(SubElement(parent, f"{of}Agt"), "FinInstnId"), "ClrSysMmbId")
        _add(member, "ClrSysId/Cd", "GBDSC")
        _add(member, "MmbId", sort_code)

    if name:
        agent()
        _add(parent, f"{of}/Nm", name)
    _add(parent, f"{of}Acct/Id/Othr/Id", number)
    if not name:
        agent()


def _add(parent: Element, path: str, text: str) -> Element:
    for name in path.split("/"):
        parent = SubElement(parent, name)
    parent.text = text
    return parent


WRITERS: dict[str, tuple[Callable[[PayRun, Orders], bytes], str]] = {
    BACS_CSV: (bacs_csv, "csv"),
    STANDARD_18: (standard_18, "txt"),
    PAIN_001: (pain_001, "xml"),
}
