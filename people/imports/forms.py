"""A caseload file, and the answer to its preview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from common.forms import AnyChoice, ChoiceField, Form, UploadField
from people.imports.encodings import Reading
from people.imports.files import WrongFile, readings_of
from people.imports.questions import Question

LARGEST_MB = 10
KEEP = [
    ("good", "Keep the good lines and leave the others out"),
    ("all", "Keep nothing unless every line is good"),
]


class CaseloadFileField(UploadField):
    """Any file: the reader says what it really is, and what to do about it. UTF-16, full of zero bytes, is welcome."""

    def check_kind(self, data: UploadedFile) -> None:
        """Left to `readings_of`."""


class CaseloadForm(Form):
    file = CaseloadFileField(
        label="Caseload file", called="a CSV or XLSX file", kinds=("csv", "txt", "xlsx"), most_mb=LARGEST_MB
    )

    def clean_file(self) -> tuple[str, list[Reading]]:
        """The file's name, and each way to read its letters."""
        uploaded: UploadedFile = self.cleaned_data["file"]
        try:
            return str(uploaded.name), readings_of(uploaded.read())
        except WrongFile as refusal:
            raise ValidationError(str(refusal)) from None


class ConfirmForm(Form):
    lines = ChoiceField(label="Some lines have something wrong. What should we do?", choices=KEEP)


class EncodingForm(Form):
    """Which of these readings has the letters right."""

    encoding = ChoiceField(label="Which of these is right?", called="which is right")

    def __init__(self, *args: Any, readings: Sequence[Reading], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(reading.encoding, f"{reading.words} ({reading.name})") for reading in readings]
        self.field("encoding", AnyChoice).choices = choices


class QuestionsForm(Form):
    """One set of radios for each question that the file left open."""

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[question.key.replace(":", "-")] = ChoiceField(
                label=question.sentence, called="an answer", choices=list(question.choices)
            )
        self.keys = {question.key.replace(":", "-"): question.key for question in questions}

    @property
    def answers(self) -> dict[str, str]:
        return {self.keys[name]: value for name, value in self.cleaned_data.items()}
