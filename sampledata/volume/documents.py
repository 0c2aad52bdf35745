"""A letter on the file of one person in five."""

from __future__ import annotations

from common.encryption import column_of, encrypt_bytes
from people.models import Document
from sampledata.volume.loading import fast
from sampledata.volume.sql import Ground, insert, quoted

HAS_ONE = 5  # one in so many
LETTER = b"%PDF-1.4\n% An invented letter, and an empty one.\n%%EOF\n"


def generate(ground: Ground) -> dict[str, int]:
    content = encrypt_bytes(LETTER, column_of(Document._meta.get_field("content")))
    with fast("people_document"):
        made = insert(
            ground,
            Document,
            {
                "participant_id": "a.participant_id",
                "kind": "'LETTER'",
                "title": quoted("Letter from the council"),
                "content_type": "'application/pdf'",
                "size": str(len(LETTER)),
                "content": f"'\\x{content.hex()}'::bytea",
                "added_by_id": "a.practitioner_id",
                "added_at": f"{ground.moment} - interval '50 days'",
                "shared_with_person": "true",
            },
            f"""from people_assignment a where {ground.new("people_assignment", "a.id")}
                and {ground.roll("a.id", "letter", HAS_ONE)} = 0""",
        )
    return {"documents": made}
