"""Messages, all of them sent long ago: nothing grown is ever waiting to go out."""

from __future__ import annotations

from people.models import Message
from sampledata.volume.loading import fast
from sampledata.volume.sql import Ground, insert, quoted

EACH = 2
BODY = quoted("You have a meeting tomorrow. If you cannot come, tell us today.")


def generate(ground: Ground) -> dict[str, int]:
    at = f"({ground.day} - (1 + n * 30 + {ground.roll('p.id', 'sent', 25)})::int) + time '08:30'"
    with fast("people_message"):
        made = insert(
            ground,
            Message,
            {
                "dedupe_key": "'grown:' || p.id || ':' || n",
                "participant_id": "p.id",
                "channel": "case when p.phone = '' then 'EMAIL' else 'SMS' end",
                "address": "case when p.phone = '' then p.email else p.phone end",
                "body": BODY,
                "state": "'SENT'",
                "not_before": at,
                "queued_at": f"{at} - interval '3 days'",
                "sent_at": f"{at} + interval '20 seconds'",
                "tries": "1",
            },
            f"""from people_participant p cross join generate_series(0, {EACH} - 1) n
                where {ground.new("people_participant", "p.id")}""",
        )
    return {"messages": made}
