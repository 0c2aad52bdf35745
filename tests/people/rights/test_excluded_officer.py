"""A data-protection officer may be kept out of a record: of a relative's, say. Then no page of theirs is about it."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from people.access import restrictions
from people.models import AccessEvent, Exclusion, LegalHold, SubjectAccess
from people.rights import bundles, retention
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def barred(participant, dpo, manager):
    """Kept out of Jordan's record, of which there is a request, a hold and a look."""
    now = timezone.now()
    bundles.open_access(participant=participant, asked_on=TODAY, by=dpo, now=now)
    retention.set_hold(participant=participant, reason="A claim.", by=dpo, now=now)
    AccessEvent.objects.create(user=manager, kind="PERSON", page="people:person", participants=[participant.pk], at=now)
    restrictions.exclude(
        participant=participant, user=dpo, reason="His sister.", message="Ask the other officer.",
        by=manager, now=now,
    )  # fmt: skip
    return dpo


def test_a_manager_may_choose_the_officer_on_the_page(participant, dpo, manager, client_as):
    page = reverse("people:exclusion-new", args=[participant.ref])

    client_as(manager).post(page, {"user-words": dpo.name, "reason": "His sister.", "message": "Ask another."})

    assert Exclusion.objects.get(participant=participant).user == dpo


def test_no_list_of_the_officers_names_the_person(barred, participant, other_participant, client_as):
    client = client_as(barred)

    for name in ("people:data-requests", "people:holds", "people:audit", "people:audit-export"):
        assert participant.crn not in client.get(reverse(name)).content.decode(), name
    assert "not shown to you" in client.get(reverse("people:audit")).content.decode()


def test_no_page_about_the_person_opens_and_it_says_whom_to_ask(barred, participant, client_as):
    client, access = client_as(barred), SubjectAccess.objects.get()
    hold = LegalHold.objects.get()
    pages = [
        reverse("people:data-request", args=[access.pk]),
        reverse("people:data-request-bundle", args=[access.pk]),
        reverse("people:hold-lift", args=[hold.pk]),
        reverse("people:audit") + f"?crn={participant.crn}",
        reverse("people:export-ask") + f"?crn={participant.crn}",
        reverse("people:export-ask") + f"?access={access.pk}",
    ]

    for url in pages:
        answer = client.get(url)
        assert (answer.status_code, "Ask the other officer." in answer.content.decode()) == (403, True), url


@pytest.mark.parametrize("act", ["data-request-make", "data-request-new", "holds", "hold-lift"])
def test_nothing_is_done_about_the_person(act, barred, participant, client_as):
    hold, access = LegalHold.objects.get(), SubjectAccess.objects.get()
    args = {"data-request-make": [access.pk], "hold-lift": [hold.pk]}.get(act, [])
    typed = {"crn": participant.crn, "asked_on-day": "1", "asked_on-month": "6", "asked_on-year": "2026", "reason": "x"}

    answer = client_as(barred).post(
        reverse(f"people:{act}", args=args), {**typed, "_idempotency_key": str(uuid.uuid4())}
    )

    assert answer.status_code == 403
    hold.refresh_from_db()
    assert (hold.lifted_at, LegalHold.objects.count(), SubjectAccess.objects.count()) == (None, 1, 1)


def test_another_officer_sees_it_all(barred, participant, make_user, client_as):
    client = client_as(make_user("Other Officer", "DATA_PROTECTION"))

    for name in ("people:data-requests", "people:holds", "people:audit"):
        assert participant.crn in client.get(reverse(name)).content.decode(), name
