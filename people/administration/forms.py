"""Forms for accounts, roles, teams and invitations."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from common.dated import DAY
from common.forms import (
    AnyChoice,
    AnyRows,
    ChoiceField,
    DayField,
    EmailField,
    Form,
    LongTextField,
    ModelSelectField,
    PhoneField,
    SelectField,
    TextField,
)  # fmt: skip
from people.access.abilities import ABILITIES
from people.models import DeliveryUnit, Membership, Prison, Role, Team, User
from people.models.accounts import NEED_A_TEAM, WRONG_KIND
from people.sign_in.forms.account import NewPasswordField

STATES = [("active", "Can sign in"), ("suspended", "Suspended"), ("none", "No role today")]
FARTHEST = timedelta(days=5 * 366)


def giveable() -> list[tuple[str, str]]:
    """Return the roles that an administrator can give: all that can do something, but a participant's."""
    return [(role.value, role.label) for role in Role if role != Role.PARTICIPANT and ABILITIES[role]]


def of_teams(form: Form, name: str) -> None:
    form.field(name, AnyRows).queryset = Team.objects.order_by("name")


def within(form: Form, name: str, earliest: date, latest: date) -> None:
    day = form.field(name, DayField)
    day.earliest, day.latest = earliest, latest


class AccountFilter(Form):
    q = TextField(label="Name or e-mail", required=False, max_length=100)
    role = SelectField(label="Role today", required=False, empty_label="Any role")
    team = ModelSelectField(Team, label="Team today", required=False, empty_label="Any team")
    state = SelectField(label="State", choices=STATES, required=False, empty_label="Any state")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("role", AnyChoice).choices = giveable()
        of_teams(self, "team")

    @property
    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class WithRole(Form):
    """A role, and the team it needs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("role", AnyChoice).choices = giveable()
        of_teams(self, "team")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("role") in NEED_A_TEAM and not cleaned.get("team") and "team" not in self.errors:
            self.add_error("team", "Choose the team this person works in.")
        elif cleaned.get("team") and cleaned.get("role") and not cleaned["team"].takes(cleaned["role"]):
            self.add_error("team", WRONG_KIND)
        return cleaned


TEAM_HELP = "A practitioner, a team manager and a scheme worker need one. A provider sees referrals only in their team"


class RoleForm(WithRole):
    role = ChoiceField(label="Which role?", called="a role")
    team = ModelSelectField(Team, label="In which team?", required=False, empty_label="No team", help_text=TEAM_HELP)
    starts_on = DayField(label="First day", called="the first day")
    ends_on = DayField(
        label="Last day", called="the last day", required=False, help_text="Leave it empty for until further notice"
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"starts_on": today}, **kwargs)
        within(self, "starts_on", today, today + FARTHEST)
        within(self, "ends_on", today, today + FARTHEST)


class EndRoleForm(Form):
    last_day = DayField(label="Last day", called="the last day", help_text="Give yesterday to end the role at once")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"last_day": today}, **kwargs)
        within(self, "last_day", today - DAY, today + FARTHEST)


class MoveForm(Form):
    team = ModelSelectField(Team, label="To which team?", called="a team")
    on = DayField(label="First day there", called="the first day there")

    def __init__(self, *args: Any, membership: Membership, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": today}, **kwargs)
        of_teams(self, "team")
        teams = self.field("team", AnyRows)
        assert teams.queryset is not None
        teams.queryset = teams.queryset.exclude(pk=membership.team_id)
        within(self, "on", today, today + FARTHEST)


class RoleAnswerForm(Form):
    answer = ChoiceField(
        label="Should they have this role?", called="yes or no", choices=[("YES", "Yes, I agree"), ("NO", "No")]
    )
    reason = LongTextField(label="If not: why?", required=False, max_length=500, rows=2)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == "NO" and not cleaned.get("reason"):
            self.add_error("reason", "Say why not.")
        return cleaned


class SuspendForm(Form):
    reason = LongTextField(
        label="Why?", max_length=500, rows=3, help_text="Administrators can read it. Name no participant"
    )


class TeamForm(Form):
    name = TextField(label="Name", called="a name", max_length=150)
    kind = ChoiceField(label="What kind of team?", called="a kind of team", choices=Team.Kind.choices)
    delivery_unit = ModelSelectField(DeliveryUnit, label="Area", required=False, empty_label="No area")
    prison = ModelSelectField(Prison, label="Prison", required=False, empty_label="No prison")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("delivery_unit", AnyRows).queryset = DeliveryUnit.objects.order_by("name")
        self.field("prison", AnyRows).queryset = Prison.objects.filter(active=True).order_by("name")

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if Team.objects.filter(name__iexact=name).exists():
            raise ValidationError("There is a team of this name already. Use another name.")
        return name


class WorkPhoneForm(Form):
    changes_what_is_there = True
    phone = PhoneField(
        label="Phone", required=False,
        help_text="Messages to the people you work with say to ring it. A desk or office number is fine. "
        "It is not for signing in.",
    )  # fmt: skip


class InviteForm(WithRole):
    name = TextField(label="Name", called="the person’s name", max_length=150)
    email = EmailField(label="E-mail address", called="the person’s e-mail address")
    role = ChoiceField(label="Which role?", called="a role")
    team = ModelSelectField(Team, label="In which team?", required=False, empty_label="No team", help_text=TEAM_HELP)


class AcceptForm(Form):
    """Choosing a password twice; who it is for is in the invitation."""

    password1 = NewPasswordField(label="Password", called="a password")
    password2 = NewPasswordField(label="Password again", called="the password again", help_text="")

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])
        validate_password(password, self.account)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, again = cleaned.get("password1"), cleaned.get("password2")
        if first and again and first != again:
            self.add_error("password2", "The two passwords are not the same. Type the same one twice.")
        return cleaned
