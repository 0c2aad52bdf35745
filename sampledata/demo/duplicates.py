"""Two people were entered twice: one pair is still to be found, the other was merged last week."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from casework.merging import merging
from engagement import services as touch
from people import services as people
from people.caseload import filters
from people.models import Participant
from sampledata.demo.staff import Staff

AREA = "DEMO-NB"
SPELLINGS = ["Z900001", "Z900002"]  # the CRNs of the second records


def tell(*, staff: Staff, today: date, now: datetime) -> None:
    there = Participant.objects.filter(delivery_unit__code=AREA, left_on=None).order_by("pk")[1:3]
    worker, manager = staff.practitioners[AREA][0], staff.managers[AREA]
    for first, crn in zip(there, SPELLINGS, strict=False):
        double = Participant.objects.create(
            given_name=first.given_name, family_name=first.family_name.replace("e", "ee", 1),
            date_of_birth=first.date_of_birth, crn=crn, delivery_unit=first.delivery_unit, risk_band="HIGH",
            outcode=first.outcode, joined_on=today - timedelta(days=20),
        )  # fmt: skip
        people.assign(participant=double, practitioner=worker, by=manager, today=today, now=now - timedelta(days=20))
        touch.log_contact(
            participant=double, at=now - timedelta(days=19), kind="CALL", note="Rang the office to say hello.",
            meaningful=True, sensitive=False, by=worker, now=now - timedelta(days=19),
        )  # fmt: skip
        if crn == SPELLINGS[1]:
            merging.merge(kept=first, gone=double, take=set(), by=manager, now=now - timedelta(days=7))
    filters.save_filter(
        user=worker, name="High risk, next meeting", asked={"whose": "mine", "risk": "HIGH", "sort": "next"}, now=now
    )
