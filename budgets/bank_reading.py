"""Read a bank's statement: CSV with a line of headings, or camt.053. What is wrong with it is said, with the line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from common.errors import RuleBroken

MOST_LINES = 20_000
DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d %b %Y", "%d-%b-%Y", "%d/%m/%y")
HEADINGS = {
    "on": ("date", "transaction date", "posting date", "booking date", "posted date"),
    "said": ("description", "transaction description", "narrative", "details", "transaction details", "payee"),
    "reference": ("reference", "ref", "customer reference", "transaction reference"),
    "amount": ("amount", "value", "transaction amount"),
    "out": ("money out", "paid out", "debit", "debit amount", "withdrawals"),
    "in": ("money in", "paid in", "credit", "credit amount", "deposits"),
    "balance": ("balance", "running balance", "account balance"),
    "account": ("account number", "account"),
    "code": ("reason", "return code", "code"),
}
SUM = re.compile(
    r"(?P<minus>[-−(])?£?(?P<whole>\d{1,3}(?:,\d{3}){1,3}|\d{1,12})(?:\.(?P<part>\d{1,2}))?\)?(?P<after>-)?"
)


class CannotRead(RuleBroken):
    pass


@dataclass(frozen=True)
class Line:
    """Money that went (pence below zero) or came, on the bank's day. `ref` is the bank's own name for it."""

    on: date
    pence: int
    said: str
    ref: str = ""
    balance: int | None = None  # after it
    code: str = ""  # why it came back


@dataclass(frozen=True)
class Said:
    account: str  # "" where the file does not say
    opening: int | None
    closing: int | None
    lines: list[Line]


def read(name: str, data: bytes) -> Said:
    """Raises CannotRead, with what to do."""
    if b"\x00" in data:
        raise CannotRead("The file has letters that cannot be read. Save it as CSV in UTF-8, and choose it again.")
    said = _camt(data) if data.lstrip().startswith(b"<") else _csv(data)
    if not said.lines:
        raise CannotRead("There is no line in this file. Take it from the bank again, for days on which money moved.")
    if len(said.lines) > MOST_LINES:
        raise CannotRead(f"The file has more than {MOST_LINES:,} lines. Take it for fewer days at a time.")
    moved = sum(line.pence for line in said.lines)
    if said.opening is not None and said.closing is not None and said.opening + moved != said.closing:
        raise CannotRead(
            "The balance at the start and the lines do not make the balance at the end. Something is missing."
        )
    return said


def _csv(data: bytes) -> Said:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    try:
        rows = [row for row in csv.reader(io.StringIO(text), strict=True) if any(cell.strip() for cell in row)]
    except csv.Error as problem:
        raise CannotRead(
            "The file ends in the middle of a line, or is no CSV. Take it from the bank again."
        ) from problem
    places = _places(rows[0]) if rows else {}
    numbers: set[str] = set()
    lines = []
    for nth, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise CannotRead(f"Line {nth} has {len(row)} parts, and the headings {len(rows[0])}. Take the file again.")
        cells = {what: row[place].strip() for what, place in places.items()}
        numbers.add(re.sub(r"\D", "", cells.get("account", "")))
        lines.append(_line(cells, nth))
    if len(numbers - {""}) > 1:
        raise CannotRead("The file has lines of more than one account. Take it for one account at a time.")
    lines = _in_time(lines)
    first = lines[0] if lines else None
    opening = first.balance - first.pence if first and first.balance is not None else None
    return Said(max(numbers, default=""), opening, lines[-1].balance if lines else None, lines)


def _places(headings: Sequence[str]) -> dict[str, int]:
    """Where each thing stands."""
    told = [heading.strip().lower() for heading in headings]
    places = {what: told.index(name) for what, names in HEADINGS.items() for name in reversed(names) if name in told}
    if "on" not in places or "said" not in places and "reference" not in places:
        raise CannotRead("The first line must name the columns: a date, a description or reference, and an amount.")
    if "amount" not in places and not {"out", "in"} <= set(places):
        raise CannotRead("The first line must name a column “Amount”, or “Money out” and “Money in”.")
    return places


def _line(cells: dict[str, str], nth: int) -> Line:
    if "amount" in cells and cells["amount"]:
        pence = _pence(cells["amount"], nth)
    else:
        out, came = _pence(cells.get("out") or "0", nth), _pence(cells.get("in") or "0", nth)
        if bool(out) == bool(came):
            raise CannotRead(f"Line {nth} has no sum, or one both out and in. Take the file from the bank again.")
        pence = came or -abs(out)
    balance = _pence(cells["balance"], nth) if cells.get("balance") else None
    said = " ".join(filter(None, (cells.get("said", ""), cells.get("reference", ""))))
    return Line(_day(cells["on"], nth), pence, said, balance=balance, code=cells.get("code", "").upper())


def _day(text: str, nth: int) -> date:
    for form in DAYS:
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, with no time
        except ValueError:
            continue
        if 2000 <= found.year <= 2100:
            return found
    raise CannotRead(f"“{text[:30]}” on line {nth} is no day, like 28/11/2026.")


def _pence(text: str, nth: int) -> int:
    match = SUM.fullmatch(text.replace(" ", ""))
    if match is None or bool(match["minus"] == "(") != text.strip().endswith(")"):
        raise CannotRead(f"“{text[:30]}” on line {nth} is no sum, like 1,200.50.")
    pence = int(match["whole"].replace(",", "")) * 100 + int((match["part"] or "").ljust(2, "0"))
    return -pence if match["minus"] or match["after"] else pence


def _in_time(lines: list[Line]) -> list[Line]:
    """Oldest first, as the balances say; a bank may write the newest first. Without balances, by day."""
    if any(line.balance is None for line in lines):
        return sorted((replace(line, balance=None) for line in lines), key=lambda line: line.on)
    for found in (lines, lines[::-1]):
        if all((after.balance or 0) - after.pence == before.balance for before, after in pairwise(found)):
            return found
    raise CannotRead("The balances do not follow from line to line. Some lines are missing: take the file again.")


def _camt(data: bytes) -> Said:
    """One statement of camt.053, whatever its version: the namespace is left out."""
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as problem:
        raise CannotRead("The file ends in the middle, or is no camt.053. Take it from the bank again.") from problem
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]
    statements = root.findall("BkToCstmrStmt/Stmt")
    if len(statements) != 1:
        raise CannotRead("The file must hold one statement of one account (camt.053). Take them one at a time.")
    statement = statements[0]
    if statement.findtext("Acct/Ccy", "GBP") != "GBP":
        raise CannotRead("This statement is not in pounds.")
    account = statement.findtext("Acct/Id/IBAN") or statement.findtext("Acct/Id/Othr/Id") or ""
    lines = [line for nth, entry in enumerate(statement.findall("Ntry"), start=1) for line in _entry(entry, nth)]
    said = re.sub(r"\s", "", account)
    return Said(said, _balance(statement, "OPBD", "PRCD"), _balance(statement, "CLBD"), lines)


def _balance(statement: Any, *codes: str) -> int | None:
    for code in codes:
        for balance in statement.findall("Bal"):
            if balance.findtext("Tp/CdOrPrtry/Cd") == code:
                return _signed(balance, balance, 0)
    return None


def _signed(node: Any, of: Any, nth: int) -> int:
    """The sum of a node in pence, below zero for a debit. What an entry reverses is said by its own sign already."""
    amount = node.find("Amt")
    if amount is None or amount.get("Ccy", "GBP") != "GBP" or of.findtext("CdtDbtInd") not in ("CRDT", "DBIT"):
        raise CannotRead(f"Entry {nth} has no sum in pounds, or does not say which way it went.")
    pence = _pence(amount.text or "", nth)
    return -pence if of.findtext("CdtDbtInd") == "DBIT" else pence


def _entry(entry: Any, nth: int) -> Iterator[Line]:
    """What is booked; what is only expected is left out. Of several in one sum, each where each says its own sum."""
    status = entry.findtext("Sts/Cd") or entry.findtext("Sts", "")
    if status.strip() != "BOOK":
        return
    on = _day((entry.findtext("BookgDt/Dt") or entry.findtext("BookgDt/DtTm") or "")[:10], nth)
    whole = Line(
        on, _signed(entry, entry, nth), _words(entry), entry.findtext("NtryRef") or entry.findtext("AcctSvcrRef") or "",
        code=entry.findtext(".//RtrInf/Rsn/Cd", ""),
    )  # fmt: skip
    details = entry.findall("NtryDtls/TxDtls")
    if len(details) < 2 or any(each.find("Amt") is None for each in details):
        yield whole
        return
    sign = -1 if whole.pence < 0 else 1
    parts = [
        replace(
            whole, pence=sign * abs(_pence(each.findtext("Amt") or "", nth)), said=_words(each),
            ref=f"{whole.ref}/{part}", code=each.findtext(".//RtrInf/Rsn/Cd", ""),
        )
        for part, each in enumerate(details)
    ]  # fmt: skip
    if sum(part.pence for part in parts) != whole.pence:
        raise CannotRead(f"The parts of entry {nth} do not make its sum. Take the file from the bank again.")
    yield from parts


def _words(node: Any) -> str:
    """References first, then what else is written."""
    paths: Iterable[str] = (
        ".//EndToEndId", ".//PmtInfId", ".//OrgnlEndToEndId", ".//RmtInf/Ustrd", ".//Cdtr//Nm", ".//Dbtr//Nm",
        "AddtlNtryInf", "AddtlTxInf",
    )  # fmt: skip
    found = [each.text.strip() for path in paths for each in node.findall(path) if each.text]
    return " ".join(dict.fromkeys(found)) or "(nothing)"
