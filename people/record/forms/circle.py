"""The participant says what someone around them may see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from common.forms import ChecksField, EmailField, Form, LongTextField, PhoneField, SelectField, TextField
from people.models import CircleMember, Group, ProfessionalContact


class ShareForm(Form):
    changes_what_is_there = True
    groups = ChecksField(label="What they can see", choices=Group.choices, required=False)
    last_access: datetime | None = None  # when they last looked, for the page to show

    def __init__(self, *args: Any, member: CircleMember, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"m{member.pk}", initial={"groups": member.ticked}, **kwargs)
        self.member = member
        self.fields["groups"].label = f"What {member.user.name} can see"


class ContactPersonForm(Form):
    """Someone around the person who has no account here."""

    name = TextField(label="Name", called="the name", max_length=150)
    related = TextField(label="How they belong together", called="how they belong together", max_length=100,
                        help_text="For example: mother, neighbour, landlord")  # fmt: skip
    phone = PhoneField(label="Phone", required=False)
    note = TextField(label="Anything to know", required=False, max_length=300)


class ProfessionalForm(Form):
    """Whom to ring at another agency."""

    kind = SelectField(label="Where do they work?", called="where they work", choices=ProfessionalContact.Kind.choices)
    name = TextField(label="Name", called="the name", max_length=150)
    job = TextField(label="Role", required=False, max_length=100, help_text="For example: neighbourhood sergeant")
    phone = PhoneField(label="Phone", required=False)
    email = EmailField(label="E-mail", required=False)
    note = TextField(label="Anything to know", required=False, max_length=300)


class LiaisonForm(Form):
    """Who speaks for the victim. For the staff of the case alone."""

    changes_what_is_there = True
    officer = TextField(label="Victim liaison officer", called="the officer's name", max_length=150)
    contact = TextField(label="How to reach the officer", required=False, max_length=200)
    notes = LongTextField(label="Where and whom the person must keep away from", required=False, max_length=4000)
