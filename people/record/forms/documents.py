"""Adding a document: by staff, and by the person from a phone."""

from __future__ import annotations

from typing import Any

from common.forms import ChoiceField, Form, TextField, TickField, UploadField
from people.models import Document, Participant


class DocumentForm(Form):
    kind = ChoiceField(label="What is it?", choices=Document.Kind.choices)
    title = TextField(
        label="What does it say on it?", called="a title", max_length=150, help_text="Like “Tenancy letter, May 2026”"
    )
    file = UploadField(label="File", help_text="A PDF, or a photo of the page (JPEG or PNG). Up to 10 MB")
    shared_with_person = TickField(label="They may see this", required=False)

    def __init__(self, *args: Any, person: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shared_with_person"].label = f"{person.called} may see this"


class EvidenceForm(Form):
    title = TextField(
        label="What is it?", called="what it is", max_length=150, help_text="Like “Letter from the college”"
    )
    file = UploadField(
        label="Photo or file", called="a photo or a file", help_text="Take a photo of the whole page, or choose a PDF"
    )


def sent(cleaned: dict[str, Any]) -> dict[str, Any]:
    """The file's name and bytes, as the service asks for them."""
    file = cleaned.pop("file")
    return cleaned | {"name": file.name, "data": file.read()}
