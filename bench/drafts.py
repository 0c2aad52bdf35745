"""How long does it take to save what is written into a form? A thousand savings of one draft, on the demo data."""

from __future__ import annotations

import re
import statistics
import time

from django.db import transaction

from bench.pages import prepare, signed_in
from common.postgres.actor import SYSTEM, acting_as
from people.models import Participant, User

ROUNDS = 1000
MOST = 20  # milliseconds of server time, p95
CARRIED = re.compile(r'name="(_draft|_draft_tab)"\s+value="([^"]*)"')


def main() -> None:
    prepare(reset=True)
    with acting_as(SYSTEM), transaction.atomic():
        officer = User.objects.get(email="priya@demo.example")
        person = Participant.objects.get(user__email="jordan@demo.example")
    client = signed_in(officer)
    fields = dict(CARRIED.findall(client.get(f"/people/{person.ref}/contacts/new/").content.decode()))
    times = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        answer = client.post("/drafts/", {"kind": "CALL", "note": f"His nan is ill. {number}", **fields})
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 204
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"median {statistics.median(times):.1f} ms, p95 {p95:.1f} ms (at most {MOST})")


if __name__ == "__main__":
    main()
