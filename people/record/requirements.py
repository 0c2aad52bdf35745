"""The kinds of requirement: the nine of Scotland's payback order, and those of England and Wales."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from people.models.sentences import Requirement, Sentence

Kind = Requirement.Kind
SCOTLAND, ENGLAND_AND_WALES = "Scotland", "England and Wales"


@dataclass(frozen=True)
class Known:
    """One kind. `plain` is said to the person; `unit` is what is counted towards it; `flexible` in how it is met."""

    kind: str
    plain: str
    where: tuple[str, ...]
    unit: str = ""
    flexible: bool = False


BOTH = (SCOTLAND, ENGLAND_AND_WALES)
LIST = [
    Known(Kind.UNPAID_WORK, "Do unpaid work that helps other people", BOTH, "hours", True),
    Known(Kind.SUPERVISION, "Meet your practitioner", (SCOTLAND,), "", True),
    Known(Kind.COMPENSATION, "Pay money to the person who was harmed", (SCOTLAND,)),
    Known(Kind.PROGRAMME, "Take part in a course or a group", BOTH, "sessions", True),
    Known(Kind.MENTAL_HEALTH, "Get help with your mental health", BOTH, "", True),
    Known(Kind.DRUG, "Get help to stop using drugs", BOTH, "", True),
    Known(Kind.ALCOHOL, "Get help with drinking", BOTH, "", True),
    Known(Kind.RESIDENCE, "Live where the court said", BOTH),
    Known(Kind.CONDUCT, "Do, or do not do, what the court said", (SCOTLAND,)),
    Known(Kind.REHABILITATION, "Spend days on things that help you change", (ENGLAND_AND_WALES,), "days", True),
    Known(Kind.PROHIBITED, "Do not do the things the court named", (ENGLAND_AND_WALES,)),
    Known(Kind.CURFEW, "Stay at home at the hours the court named", (ENGLAND_AND_WALES,)),
    Known(Kind.EXCLUSION, "Stay away from the place the court named", (ENGLAND_AND_WALES,)),
    Known(Kind.TRAVEL, "Do not travel abroad", (ENGLAND_AND_WALES,)),
    Known(Kind.ABSTINENCE, "Do not drink alcohol, and wear a tag that checks", (ENGLAND_AND_WALES,), "days"),
    Known(Kind.ATTENDANCE, "Go to the attendance centre", (ENGLAND_AND_WALES,), "hours"),
    Known(Kind.TAG_COMPLIANCE, "Wear a tag that shows you keep to your order", (ENGLAND_AND_WALES,)),
    Known(Kind.TAG_WHEREABOUTS, "Wear a tag that shows where you are", (ENGLAND_AND_WALES,)),
    Known(Kind.LICENCE, "Keep to the rules of your licence", ()),
]
KNOWN = {known.kind: known for known in LIST}
_OF_SENTENCE = {
    Sentence.Kind.PAYBACK: SCOTLAND,
    Sentence.Kind.COMMUNITY: ENGLAND_AND_WALES,
    Sentence.Kind.SUSPENDED: ENGLAND_AND_WALES,
}


def kinds_for(sentence_kind: str) -> list[tuple[str, str]]:
    """What a court can require with this sentence, as choices; after custody, supervision and the licence."""
    where = _OF_SENTENCE.get(sentence_kind)  # type: ignore[call-overload]
    if where is None:
        return [(kind, Kind(kind).label) for kind in (Kind.SUPERVISION, Kind.DRUG, Kind.LICENCE)]
    return [(known.kind, Kind(known.kind).label) for known in LIST if where in known.where]


def unit_of(kind: str) -> str:
    return KNOWN[kind].unit


UNPAID_WORK_WITHIN = timedelta(days=365)  # the time the law gives for it


def is_behind(requirement: Requirement, today: date) -> bool:
    """Whether less than half is done of what the time that has passed would ask for; not in the first quarter of it."""
    sentence = requirement.sentence
    until = sentence.ends_on
    if requirement.kind == Kind.UNPAID_WORK:
        until = min(until, sentence.starts_on + UNPAID_WORK_WITHIN)
    whole, passed = (until - sentence.starts_on).days, (today - sentence.starts_on).days
    if not requirement.ordered or requirement.state == Requirement.State.DONE or whole <= 0:
        return False
    share = min(passed / whole, 1)
    return share >= 0.25 and requirement.done < requirement.ordered * share / 2
