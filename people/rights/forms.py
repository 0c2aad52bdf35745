"""The data-protection officer's forms."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from common.forms import DayField, Form, LongTextField, SelectField, TextField, WholeField
from people.models import AccessEvent, Participant, RetentionRule, User
from people.rights import retention

CRN = re.compile(r"[A-Z]\d{6}")
KINDS = [*AccessEvent.Kind.choices, ("BREAK_GLASS", "Emergency access")]


class AuditFilter(Form):
    viewer = TextField(label="Who looked", required=False, max_length=100, help_text="A name or an e-mail address")
    crn = TextField(label="At whom", required=False, max_length=10, width=10, help_text="A CRN, like X123456")
    kind = SelectField(label="What they did", choices=KINDS, required=False, empty_label="Anything")
    page_name = TextField(
        label="On which page", required=False, max_length=100, help_text="Part of its name, like details"
    )
    since = DayField(label="From", required=False, called="the first day")
    until = DayField(label="Until", required=False, called="the last day")

    @property
    def asked(self) -> dict[str, Any]:
        """Return the valid filters. An invalid one filters nothing and shows its error."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value} | (
            {"crn": self.cleaned_data["crn"].upper()} if self.cleaned_data.get("crn") else {}
        )


class PersonForm(Form):
    """A form about a person given by CRN."""

    crn = TextField(label="CRN", max_length=10, width=10, help_text="Like X123456")

    def clean_crn(self) -> Participant:
        typed = self.cleaned_data["crn"].replace(" ", "").upper()
        person = Participant.objects.filter(crn=typed).first() if CRN.fullmatch(typed) else None
        if person is None:
            raise ValidationError("Nobody has that CRN. Check it, then try again.")
        return person


class ExportForm(Form):
    why = LongTextField(label="Why do you take it?", called="why", rows=3, max_length=500)


class DataRequestForm(PersonForm):
    asked_on = DayField(
        label="Day they asked", called="the day they asked", help_text="The answer is due within a month of it"
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("asked_on", DayField).latest = today


class HoldForm(PersonForm):
    reason = LongTextField(label="Why must everything be kept?", max_length=1000, rows=3)


class LiftForm(Form):
    reason = LongTextField(label="Why can the hold be lifted?", max_length=1000, rows=3)


class AccessReviewForm(Form):
    note = LongTextField(label="What you found", max_length=1000, rows=2)


class RuleForm(Form):
    changes_what_is_there = True
    keep_days = WholeField(label="Days to keep", min_value=30, max_value=40_000)

    def __init__(self, data: Any, *, rule: RetentionRule) -> None:
        mine = data if f"{rule.what}-keep_days" in data else None
        super().__init__(mine, prefix=rule.what, initial={"keep_days": str(rule.keep_days)})
        self.rule = rule
        self.fields["keep_days"].help_text = f"Counted from {rule.get_since_display()}"

    def save(self, *, keep_days: int, by: User) -> None:
        retention.change_rule(rule=self.rule, keep_days=keep_days, by=by)
