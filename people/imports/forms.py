"""A caseload file, and the answer to its preview."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from common.forms import ChoiceField, Form, UploadField
from people.imports.files import WrongFile, decode

LARGEST_MB = 10
KEEP = [
    ("good", "Keep the good lines and leave the others out"),
    ("all", "Keep nothing unless every line is good"),
]


class CaseloadFileField(UploadField):
    """Any file: the reader says what it really is, and what to do about it. UTF-16, full of zero bytes, is welcome."""

    def check_kind(self, data: UploadedFile) -> None:
        """Left to `decode`."""


class CaseloadForm(Form):
    file = CaseloadFileField(label="Caseload file", called="a CSV file", kinds=("csv", "txt"), most_mb=LARGEST_MB)

    def clean_file(self) -> tuple[str, str]:
        """The file's name and its text."""
        uploaded: UploadedFile = self.cleaned_data["file"]
        try:
            return str(uploaded.name), decode(uploaded.read())
        except WrongFile as refusal:
            raise ValidationError(str(refusal)) from None


class ConfirmForm(Form):
    lines = ChoiceField(label="Some lines have something wrong. What should we do?", choices=KEEP)
