"""A file that the data-protection officer takes out: asked for with a reason, and agreed to by someone else."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from common.postgres.actor import acting_as
from people.models import AccessEvent, ExportRequest, Message, SubjectAccess
from people.rights import bundles, exports
from people.rights.exports import ACTS, NotWaiting
from tests.conftest import NOW, TODAY
from tests.states import cells, outcome_of

pytestmark = pytest.mark.django_db
SETTLED = "This was answered already. It says: {}."
TABLE = {
    "agree": {
        "WAITING": "AGREED", "AGREED": (NotWaiting, SETTLED.format("agreed")),
        "DECLINED": (NotWaiting, SETTLED.format("not agreed")),
    },
    "decline": {
        "WAITING": "DECLINED", "AGREED": (NotWaiting, SETTLED.format("agreed")),
        "DECLINED": (NotWaiting, SETTLED.format("not agreed")),
    },
}  # fmt: skip
FILE = "people:audit-export"


@pytest.fixture
def asked(dpo, administrator):
    return exports.ask(what="AUDIT", query="crn=X100001", why="A complaint.", by=dpo, now=NOW)


def form(**typed):
    return {**typed, "_idempotency_key": str(uuid.uuid4())}


def test_the_table_has_every_act_and_every_state():
    assert set(TABLE) == set(ACTS)
    assert all(set(row) == set(ExportRequest.State) for row in TABLE.values())


@cells(TABLE)
def test_each_act_on_a_file_goes_as_the_table_says(act, state, expected, asked, administrator):
    answered = {"answered_by": administrator, "answered_at": NOW} if state != "WAITING" else {}
    answer = "No." if state == "DECLINED" else ""
    ExportRequest.objects.filter(pk=asked.pk).update(state=state, answer=answer, **answered)
    acts = {
        "agree": lambda: exports.agree(request=asked, by=administrator, now=NOW),
        "decline": lambda: exports.decline(request=asked, reason="No.", by=administrator, now=NOW),
    }

    found = outcome_of(acts[act], lambda: ExportRequest.objects.get(pk=asked.pk).state, expected)

    assert found == expected


def test_nobody_takes_a_file_out_alone(asked, dpo, client_as):
    with pytest.raises(exports.NotAlone):
        exports.agree(request=asked, by=dpo, now=NOW)
    with pytest.raises(IntegrityError, match="nobody_takes_a_file_out_alone"), transaction.atomic():
        ExportRequest.objects.filter(pk=asked.pk).update(state="AGREED", answered_by=dpo, answered_at=NOW)
    client_as(dpo).post(reverse("people:export-request", args=[asked.pk]), form(answer="YES"))
    asked.refresh_from_db()
    assert asked.state == "WAITING"


def test_where_nobody_else_could_agree_it_is_not_asked(dpo):
    with pytest.raises(exports.NobodyToAgree):
        exports.ask(what="AUDIT", why="x", by=dpo, now=NOW)


def test_without_a_second_persons_yes_the_file_leads_to_the_question(dpo, client_as, asked):
    client = client_as(dpo)

    for query in ("", "?export=", f"?export={asked.pk}", "?export=99999999999999999999", "?export=x", "?crn=X100001"):
        answer = client.get(reverse(FILE) + query)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("people:export-ask")), query


def test_the_officer_asks_the_administrator_agrees_and_the_file_is_what_was_searched(
    participant, dpo, administrator, manager, client_as
):
    now = timezone.now()
    for pk, page in [(participant.pk, "people:one"), (10_000, "people:other")]:
        AccessEvent.objects.create(user=manager, kind="PERSON", page=page, participants=[pk], at=now)
    officer, second = client_as(dpo), client_as(administrator)

    there = officer.post(f"{reverse('people:export-ask')}?crn={participant.crn}", form(why="The person complained."))[
        "Location"
    ]
    assert Message.objects.get(subject="A file to agree to").address == administrator.email
    assert "Files that wait for your answer" in second.get(reverse("people:account-list")).content.decode()
    page = second.get(there).content.decode()
    assert "About one person" in page
    assert participant.crn not in page
    second.post(there, form(answer="YES"))
    assert "Take the file" in officer.get(there).content.decode()
    said = officer.get(f"{reverse(FILE)}?export={ExportRequest.objects.get().pk}").content.decode()

    assert ",One," in said
    assert "people:other" not in said
    assert "Take the file" not in second.get(there).content.decode()
    assert "Files that wait" not in second.get(reverse("people:account-list")).content.decode()


def test_the_second_person_reads_which_lines_and_a_search_of_nobody_is_not_taken(dpo, administrator, client_as):
    """The page said "about one person" of every line, because the box for a CRN was there and empty."""
    ask = reverse("people:export-ask")
    made = exports.ask(what="AUDIT", query="viewer=Ada&crn=&kind=LIST", why="A complaint.", by=dpo, now=NOW)
    page = client_as(administrator).get(reverse("people:export-request", args=[made.pk])).content.decode()
    nobody = client_as(dpo).get(f"{ask}?crn=X999999", follow=True).content.decode()

    assert "About everyone" in page
    assert "By: Ada" in page
    assert "About one person" not in page
    assert "Nobody has that CRN" in nobody


def test_a_no_says_why_and_gives_no_file(asked, dpo, administrator, client_as):
    there = reverse("people:export-request", args=[asked.pk])
    second = client_as(administrator)

    assert "Say why not" in second.post(there, form(answer="NO", reason="")).content.decode()
    second.post(there, form(answer="NO", reason="Ask the person first."))

    assert "Ask the person first." in client_as(dpo).get(there).content.decode()
    assert client_as(dpo).get(f"{reverse(FILE)}?export={asked.pk}").status_code == 302


@pytest.mark.parametrize(("days", "status"), [(6, 200), (8, 302)])
def test_what_was_agreed_is_taken_within_a_week_by_who_asked(days, status, dpo, administrator, make_user, client_as):
    then = timezone.now() - timedelta(days=days)
    asked = exports.ask(what="AUDIT", why="x", by=dpo, now=then)
    exports.agree(request=asked, by=administrator, now=then)
    other = make_user("Other Officer", "DATA_PROTECTION")

    assert client_as(dpo).get(f"{reverse(FILE)}?export={asked.pk}").status_code == status
    assert client_as(other).get(f"{reverse(FILE)}?export={asked.pk}").status_code == 302


def test_a_bundle_is_taken_with_a_second_persons_yes_to_that_bundle(
    participant, other_participant, dpo, client_as, agreed
):
    made = []
    for person in (participant, other_participant):
        access = bundles.open_access(participant=person, asked_on=TODAY, by=dpo, now=NOW)
        for passage in access.passages.all():
            bundles.answer(passage=passage, answer="KEEP", by=dpo, now=NOW)
        bundles.make(access=access, by=dpo, now=timezone.now())
        made.append(access)
    client, query = client_as(dpo), agreed("COPY", access=made[0])

    first, other = (reverse("people:data-request-bundle", args=[access.pk]) for access in made)

    assert client.get(first).status_code == client.get(other + query).status_code == 302
    assert client.get(first + query)["Content-Type"] == "application/zip"
    SubjectAccess.objects.filter(pk=made[0].pk).update(made_at=timezone.now())  # again: nobody has agreed to this one
    assert client.get(first + query).status_code == 302


def test_in_the_database_only_officers_and_administrators_see_it(asked, dpo, administrator, manager, participant):
    seen = {}
    for user in (dpo, administrator, manager, participant.user):
        with transaction.atomic(), acting_as(user.pk):
            seen[user.pk] = ExportRequest.objects.exists()

    assert seen == {dpo.pk: True, administrator.pk: True, manager.pk: False, participant.user.pk: False}
