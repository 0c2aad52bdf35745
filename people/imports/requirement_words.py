"""What a court requires, from the words of a caseload file. What is not wholly understood is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

from people.imports.wording import Unreadable
from people.models import Requirement
from people.record.requirements import unit_of

Kind = Requirement.Kind
LONGEST, MOST = 300, 2000  # characters of the court's words; hours, days or sessions
# What each kind is called. Words after such a name are the court's own, about how and where.
_NAMES = {
    Kind.UNPAID_WORK: ("unpaid work or other activity", "unpaid work", "community payback", "upw"),
    Kind.SUPERVISION: ("offender supervision", "supervision"),
    Kind.COMPENSATION: ("compensation",),
    Kind.PROGRAMME: ("accredited programme", "programme"),
    Kind.MENTAL_HEALTH: ("mental health treatment", "mental health", "mhtr"),
    Kind.DRUG: ("drug treatment and testing", "drug treatment", "drug rehabilitation", "drr"),
    Kind.ALCOHOL: ("alcohol treatment", "atr"),
    Kind.RESIDENCE: ("residence", "reside"),
    Kind.CONDUCT: ("conduct", "good behaviour"),
    Kind.REHABILITATION: ("rehabilitation activity", "rar"),
    Kind.LICENCE: ("licence condition", "license condition"),
    Kind.PROHIBITED: ("prohibited activity",),
    Kind.CURFEW: ("curfew",),
    Kind.EXCLUSION: ("exclusion",),
    Kind.TRAVEL: ("foreign travel prohibition", "foreign travel"),
    Kind.ABSTINENCE: ("alcohol abstinence and monitoring", "alcohol abstinence", "aamr"),
    Kind.ATTENDANCE: ("attendance centre",),
    Kind.TAG_COMPLIANCE: ("electronic compliance monitoring",),
    Kind.TAG_WHEREABOUTS: ("electronic whereabouts monitoring",),
}
# Words that other kinds begin with too: they are a name alone, before a colon, or with an amount.
_ALONE = {
    "drug": Kind.DRUG, "drugs": Kind.DRUG, "alcohol": Kind.ALCOHOL, "rehabilitation": Kind.REHABILITATION,
    "licence": Kind.LICENCE, "license": Kind.LICENCE,
}  # fmt: skip
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names} | _ALONE
_NAME = "|".join(sorted(map(re.escape, _KINDS), key=len, reverse=True))
_AMOUNT = r"\d+\s*(?:hours?|hrs?|days?|weeks?|months?|years?|sessions?)"
_PART = re.compile(rf"(?:(?P<amount>{_AMOUNT})\s+(?:of\s+)?)?(?P<name>{_NAME})s?\b(?:\s+requirements?\b)?(?P<rest>.*)")
_FULL_NAME = "|".join(sorted((re.escape(name) for name in _KINDS if name not in _ALONE), key=len, reverse=True))
_ANOTHER = re.compile(rf"(?:\band|[&+,/])\s*(?:{_AMOUNT}\s+(?:of\s+)?)?(?:{_FULL_NAME})s?\b")
_UNITS = {"hours": r"hours?|hrs?", "days": r"days?", "sessions": r"sessions?"}


@dataclass(frozen=True)
class Required:
    """One requirement. `ordered` is how many hours, days or sessions, where the kind is counted."""

    kind: str
    detail: str = ""
    ordered: int | None = None


def requirements(text: str) -> list[Required]:
    """ "unpaid work: 120 hours; residence" """
    found: dict[Required, None] = {}
    for part in re.split(r"[;\n]", text):
        if part := " ".join(part.split()):
            found[_requirement(part)] = None
    return list(found)


def _requirement(part: str) -> Required:
    head, colon, after = part.partition(":")
    named = _PART.fullmatch(head.strip().lower())
    if named is None:
        raise _unknown(part)
    rest = head.strip()[named.start("rest") :].strip()
    if (colon and rest and not rest.startswith("(")) or (named["name"] in _ALONE and not _fits(rest)):
        raise _unknown(part)
    said = " ".join(" ".join([named["amount"] or "", rest, after]).split())
    if _ANOTHER.search(said.lower()) or re.match(rf"(?:{_FULL_NAME})s?\b", rest.lower()):
        raise Unreadable(f"“{part[:60]}” may be two requirements. Part them with a semicolon.")
    return _counted(_KINDS[named["name"]], said[:LONGEST], part)


def _fits(rest: str) -> bool:
    return not rest or rest.startswith("(") or re.fullmatch(_AMOUNT, rest.lower()) is not None


def _counted(kind: str, said: str, part: str) -> Required:
    """With the amount that was ordered, where the kind is counted and the words say one."""
    units = _UNITS.get(unit_of(kind), "")
    amounts = list(re.finditer(rf"\b(\d+)\s*(?:{units})\b", said, re.IGNORECASE)) if units else []
    if not amounts:
        return Required(kind, _bare(said))
    ordered = int(amounts[0][1][:9])
    if len(amounts) > 1 or not 0 < ordered <= MOST:
        raise Unreadable(f"Write one number of {unit_of(kind)} in “{part[:60]}”, of {MOST:,} or fewer.")
    left = said[amounts[0].end() :] if amounts[0].start() == 0 else said
    return Required(kind, _bare(left), ordered)


def _bare(said: str) -> str:
    """Without marks at its ends, or brackets around all of it."""
    said = said.strip(" -,")
    return said[1:-1].strip() if said.startswith("(") and said.find(")") == len(said) - 1 else said


def _unknown(part: str) -> Unreadable:
    if "electronic" in part.lower() or "tag" in part.lower().split():
        return Unreadable(
            f"“{part[:60]}” does not say what is monitored. Write electronic compliance monitoring, or electronic"
            " whereabouts monitoring."
        )
    listed = ", ".join(label.lower() for label in Kind.labels)
    return Unreadable(
        f"“{part[:60]}” is not a requirement we know. Begin with one of: {listed}. Part them with semicolons."
    )
