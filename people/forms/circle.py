"""The participant says what someone around them may see."""

from __future__ import annotations

from typing import Any

from common.forms import ChecksField, Form
from people.models import CircleMember, Group


class ShareForm(Form):
    groups = ChecksField(label="What they can see", choices=Group.choices, required=False)

    def __init__(self, *args: Any, member: CircleMember, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"m{member.pk}", initial={"groups": member.may_see}, **kwargs)
        self.member = member
        self.fields["groups"].label = f"What {member.user.name} can see"
