"""Is this programme for this person, on this day? Each rule answers yes or no, with the reason in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from people.models import CohortTag, Participant, Programme, RiskBand, Rule
from people.models.participants import COHORT_WORDS

HIGHEST_RISK = RiskBand.MEDIUM  # at this stage; a programme's own rule may be stricter, or say otherwise in writing
RISK_ORDER = [RiskBand.LOW, RiskBand.MEDIUM, RiskBand.HIGH, RiskBand.VERY_HIGH]


@dataclass(frozen=True)
class Answer:
    kind: str
    met: bool
    reason: str

    @property
    def question(self) -> str:
        return str(Rule.Kind(self.kind).label)


def answers(*, participant: Participant, programme: Programme, today: date) -> list[Answer]:
    """What each rule of the programme says. Risk is always asked, whether or not the programme has a rule for it."""
    return asked(rules_of(programme, today), participant, today)


def asked(rules: Iterable[Rule], participant: Participant, today: date) -> list[Answer]:
    """What each of these rules says about someone."""
    return [_ASK[rule.kind](rule, participant, today) for rule in rules]


def rules_of(programme: Programme, today: date) -> list[Rule]:
    """The programme's rules of this day in the order they are asked, with the rule for risk that all have."""
    current = programme.rules.current(today).order_by("pk").select_related("prison").prefetch_related("areas")
    rules = {rule.kind: rule for rule in current}
    rules.setdefault(Rule.Kind.RISK, Rule(programme=programme, kind=Rule.Kind.RISK, highest_risk=HIGHEST_RISK))
    return [rules[kind] for kind in Rule.Kind if kind in rules]


def eligible(found: Iterable[Answer]) -> bool:
    return all(answer.met for answer in found)


def term(days: int) -> str:
    """A rule's limit as people say it: 365 → "12 months", 182 → "26 weeks"."""
    if days % 365 == 0:
        return f"{days // 365 * 12} months"
    return f"{days // 7} weeks" if days % 7 == 0 else f"{days} days"


def in_words(rule: Rule) -> tuple[str, str]:
    """Return a rule as the programme's page shows it: what it asks about and what it accepts."""
    wants: dict[str, Callable[[], str]] = {
        Rule.Kind.SENTENCE_UNDER: lambda: f"A sentence under {term(rule.days or 0)}",
        Rule.Kind.AGE: lambda: f"Aged {rule.youngest} to {rule.oldest} on the day they are asked about",
        Rule.Kind.RISK: lambda: f"{RiskBand(rule.highest_risk).label} risk at most",
        Rule.Kind.AREA: lambda: ", ".join(sorted(area.name for area in rule.areas.all())),
        Rule.Kind.COHORT: lambda: f"Marked as “{COHORT_WORDS[CohortTag(rule.tag)]}”",
        Rule.Kind.PRISON: lambda: f"In {rule.prison}, or has left it",
        Rule.Kind.CONVICTIONS: lambda: f"{rule.fewest or 0} or more convictions",
    }
    return rule.get_kind_display(), wants[rule.kind]()


def _sentence(rule: Rule, participant: Participant, today: date) -> Answer:
    longest = participant.sentences.current(today).order_by("-length_days").first()
    limit = rule.days or 0
    if longest is None:
        return Answer(
            rule.kind, False, f"No sentence that runs on {_words(today)} is on record; the limit is {term(limit)}."
        )
    met = longest.length_days < limit
    said = "is under" if met else "is not under"
    return Answer(rule.kind, met, f"Sentence of {longest.in_words} {said} {term(limit)}.")


def _age(rule: Rule, participant: Participant, today: date) -> Answer:
    age, youngest, oldest = participant.age_on(today), rule.youngest or 0, rule.oldest or 0
    return Answer(
        rule.kind,
        youngest <= age <= oldest,
        f"Age {age} on {_words(today)}; this programme is for {youngest} to {oldest}.",
    )


def _risk(rule: Rule, participant: Participant, today: date) -> Answer:
    met = RISK_ORDER.index(RiskBand(participant.risk_band)) <= RISK_ORDER.index(RiskBand(rule.highest_risk))
    band, limit = participant.get_risk_band_display(), RiskBand(rule.highest_risk).label.lower()
    return Answer(
        rule.kind, met, f"{band} risk; this programme takes {limit} risk at most{'' if met else ' at this stage'}."
    )


def _area(rule: Rule, participant: Participant, today: date) -> Answer:
    areas = sorted(rule.areas.all(), key=lambda area: area.name)
    met = participant.delivery_unit_id in {area.pk for area in areas}
    if met:
        return Answer(rule.kind, True, f"{participant.delivery_unit} is one of this programme's areas.")
    named = ", ".join(area.name for area in areas[:3]) + (f" and {len(areas) - 3} more" if len(areas) > 3 else "")
    return Answer(
        rule.kind, False, f"Lives under {participant.delivery_unit}; this programme is for {named or 'no area yet'}."
    )


def _cohort(rule: Rule, participant: Participant, today: date) -> Answer:
    met = rule.tag in participant.cohort_tags
    word = COHORT_WORDS[CohortTag(rule.tag)]
    return Answer(rule.kind, met, f"{'Marked' if met else 'Not marked'} as “{word}”, which this programme is for.")


def _prison(rule: Rule, participant: Participant, today: date) -> Answer:
    if participant.prison_id == rule.prison_id:
        return Answer(rule.kind, True, f"Is in {rule.prison} now.")
    left = participant.history.filter(prison=rule.prison).exists()
    return Answer(rule.kind, left, f"Has left {rule.prison}." if left else f"Has not been in {rule.prison}.")


def _convictions(rule: Rule, participant: Participant, today: date) -> Answer:
    """As the newest assessment counts them that does."""
    counted = participant.risk_assessments.filter(convictions__isnull=False, assessed_on__lte=today).newest_first()
    newest, fewest = counted.first(), rule.fewest or 0
    if newest is None:
        return Answer(
            rule.kind, False, f"No assessment says how many convictions; this programme is for {fewest} or more."
        )
    many = newest.convictions or 0
    count = "1 conviction" if many == 1 else f"{many} convictions"
    said = f"{count}, as the assessment of {_words(newest.assessed_on)} counts; this programme is for {fewest} or more."
    return Answer(rule.kind, many >= fewest, said)


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


_ASK: dict[str, Callable[[Rule, Participant, date], Answer]] = {
    Rule.Kind.SENTENCE_UNDER: _sentence,
    Rule.Kind.AGE: _age,
    Rule.Kind.RISK: _risk,
    Rule.Kind.AREA: _area,
    Rule.Kind.COHORT: _cohort,
    Rule.Kind.PRISON: _prison,
    Rule.Kind.CONVICTIONS: _convictions,
}
