"""Who is kept out of a record whoever would let them in."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import acting_as
from people import services
from people.access import restrictions
from people.models import AccessEvent, AccessGrant, Allowed, Exclusion, Message, Participant, Restriction, Team
from tests.people.access.test_second_wall import ask, seen_by

WHY = {"reason": "They are cousins.", "message": "You cannot open this record. Ring Mona on 01632 960000."}


@pytest.fixture
def colleague(make_user, team):
    return make_user("Cora Colleague", "PRACTITIONER", team)


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()
    yield
    cache.clear()


def page(person, name="person-overview"):
    return reverse(name, args=[person.ref])


def test_who_is_excluded_sees_nothing_but_the_message(participant, officer, colleague, manager, client_as):
    client = client_as(colleague)
    assert client.get(page(participant)).status_code == 200

    restrictions.exclude(participant=participant, user=colleague, by=manager, now=timezone.now(), **WHY)

    answer = client.get(page(participant))
    assert answer.status_code == 403
    assert "Ring Mona on 01632 960000" in answer.text
    assert participant.family_name not in answer.text
    assert "cousins" not in answer.text
    assert participant.family_name not in client.get("/people/?whose=all").text
    assert seen_by(colleague) == set()
    assert seen_by(officer) == {participant.pk}
    assert AccessEvent.objects.filter(user=colleague, kind="REFUSED", participants=[participant.pk]).exists()


def test_a_stranger_is_not_told_that_there_is_a_bar(participant, other_officer, manager, client_as):
    restrictions.exclude(participant=participant, user=other_officer, by=manager, now=timezone.now(), **WHY)

    assert client_as(other_officer).get(page(participant)).status_code == 404


def test_only_those_on_the_list_see_a_restricted_record(participant, officer, colleague, manager, client_as):
    restrictions.restrict(participant=participant, users=[officer], by=manager, now=timezone.now(), **WHY)

    assert seen_by(officer) == seen_by(manager) == {participant.pk}
    assert seen_by(colleague) == set()
    assert seen_by(participant.user) == {participant.pk}, "nobody is kept from their own record"
    assert Participant.objects.visible_to(participant.user).get() == participant
    assert client_as(colleague).get(page(participant)).status_code == 403
    assert list(Participant.objects.restricted_from(colleague)) == [participant]
    assert not Participant.objects.restricted_from(officer).exists()


def test_a_restricted_person_keeps_a_row_that_says_nothing_more(participant, officer, colleague, manager, client_as):
    restrictions.restrict(participant=participant, users=[officer], by=manager, now=timezone.now(), **WHY)
    client = client_as(colleague)

    page = client.get("/people/?whose=all").text
    assert page.count("<td>Restricted</td>") >= 6
    assert participant.crn not in page
    for narrowed in ("/people/?whose=all&q=Ashworth", "/people/?whose=all&risk=MEDIUM", "/people/?whose=mine"):
        assert "Restricted</td>" not in client.get(narrowed).text
    assert "Restricted" not in client.get("/people/export.csv?whose=all").text
    assert "Restricted</td>" not in client_as(officer).get("/people/?whose=all").text


def test_a_bar_that_is_lifted_lets_the_same_people_in_again(participant, colleague, manager):
    now = timezone.now()
    one = restrictions.exclude(participant=participant, user=colleague, by=manager, now=now, **WHY)
    two = restrictions.restrict(participant=participant, users=[], by=manager, now=now, **WHY)

    restrictions.lift(limit=one, now=now, by=manager)
    assert seen_by(colleague) == set()
    restrictions.change_list(restriction=two, users=[colleague], by=manager, now=now)
    assert seen_by(colleague) == {participant.pk}
    restrictions.change_list(restriction=two, users=[], by=manager, now=now)
    restrictions.lift(limit=two, now=now, by=manager)

    assert seen_by(colleague) == {participant.pk}


def test_a_limit_and_its_list_are_seen_by_who_sees_everything_of_the_person(
    participant, officer, colleague, other_officer, manager
):
    now = timezone.now()
    restrictions.exclude(participant=participant, user=colleague, by=manager, now=now, **WHY)
    restrictions.restrict(participant=participant, users=[officer], by=manager, now=now, **WHY)

    def seen(user) -> list[int]:
        return [model.objects.visible_to(user).count() for model in (Exclusion, Restriction, Allowed)]

    assert [seen(user) for user in (officer, colleague, other_officer)] == [[1, 1, 2], [0, 0, 0], [0, 0, 0]]


def test_lifting_a_limit_changes_its_end_alone(participant, colleague, manager):
    made = restrictions.exclude(participant=participant, user=colleague, by=manager, now=timezone.now(), **WHY)
    made.reason = "Typed and not meant"
    restrictions.lift(limit=made, now=timezone.now(), by=manager)

    made.refresh_from_db()
    assert made.reason == WHY["reason"]


def test_nobody_keeps_themselves_out(participant, manager):
    with pytest.raises(restrictions.NotOneself, match="Ask another manager"):
        restrictions.exclude(participant=participant, user=manager, by=manager, now=timezone.now(), **WHY)


def test_someone_is_kept_out_once(participant, colleague, manager):
    restrictions.exclude(participant=participant, user=colleague, by=manager, now=timezone.now(), **WHY)

    with pytest.raises(RuleBroken, match="kept out of this record already"):
        restrictions.exclude(participant=participant, user=colleague, by=manager, now=timezone.now(), **WHY)


def test_a_manager_keeps_someone_out_and_lets_them_in_by_the_pages(participant, colleague, manager, client_as):
    client, made = client_as(manager), page(participant, "people:exclusion-new")

    assert client.post(made, {"user": colleague.pk, **WHY}).status_code == 302
    limit = participant.exclusions.get()
    assert "They are cousins." in client.get(page(participant, "people:person-access")).text
    assert client.post(made, {"user": colleague.pk, **WHY}).status_code == 200
    client.post(reverse("people:exclusion-lift", args=[participant.ref, limit.pk]))

    assert participant.pk in seen_by(colleague)


def test_a_manager_restricts_a_record_by_the_pages(participant, officer, colleague, manager, client_as):
    client, url = client_as(manager), page(participant, "people:restriction-new")

    client.post(url, {"users": [officer.pk], **WHY})
    assert seen_by(colleague) == set()
    client.post(url, {"users": [officer.pk, colleague.pk]})
    assert seen_by(colleague) == {participant.pk}
    client.post(reverse("people:restriction-lift", args=[participant.ref]))

    assert not participant.restrictions.current().exists()


def test_the_database_keeps_out_whom_a_forgotten_rule_would_let_in(participant, colleague, manager):
    restrictions.exclude(participant=participant, user=colleague, by=manager, now=timezone.now(), **WHY)

    with acting_as(colleague.pk):
        assert ask("select count(*) from people_participant") == [(0,)]
        assert ask("select count(*) from people_historicalparticipant") == [(0,)]


def test_a_list_with_nobody_on_it_is_asked_for_in_our_own_words(participant, manager, client_as):
    page = (
        client_as(manager)
        .post(reverse("people:restriction-new", args=[participant.ref]), {"reason": ""})
        .content.decode()
    )

    assert "Choose who may see it." in page
    assert "This field is required" not in page


def test_whoever_leads_the_case_is_ticked_already_on_a_new_list(participant, officer, manager, client_as):
    page = client_as(manager).get(reverse("people:restriction-new", args=[participant.ref]))

    assert page.context["form"]["users"].value() == [officer.pk]


# --- What is kept, and who is told --------------------------------------------------------------


def test_an_exclusion_keeps_who_set_it_why_and_since_when(participant, colleague, manager):
    now = timezone.now()

    made = restrictions.exclude(participant=participant, user=colleague, by=manager, now=now, **WHY)

    kept = participant.exclusions.get()
    assert (kept, kept.user, kept.set_by, kept.starts_at, kept.ends_at) == (made, colleague, manager, now, None)
    assert (kept.reason, kept.message) == (WHY["reason"], WHY["message"])


def test_a_restriction_keeps_who_set_it_who_is_on_its_list_and_its_end(participant, officer, colleague, manager):
    now = timezone.now()
    made = restrictions.restrict(participant=participant, users=[officer], by=manager, now=now, **WHY)
    rows = {row.user: row.pk for row in made.list.all()}
    assert (made.set_by, made.starts_at, made.reason, made.message) == (manager, now, WHY["reason"], WHY["message"])
    assert set(rows) == {officer, manager}

    restrictions.change_list(restriction=made, users=[colleague], by=manager, now=now)
    restrictions.lift(limit=made, now=now, by=officer)

    assert {row.user for row in made.list.all()} == {colleague, manager}
    assert made.list.get(user=manager).pk == rows[manager], "a row that stays is not written anew"
    made.refresh_from_db()
    assert made.ends_at == now


def test_what_one_is_told_is_for_those_alone_who_would_see_the_record(
    participant, officer, colleague, other_officer, manager
):
    assert restrictions.told_to(colleague, participant.ref) == ""
    now = timezone.now()
    restrictions.restrict(participant=participant, users=[officer], by=manager, now=now, **WHY)
    restrictions.exclude(participant=participant, user=colleague, by=manager, now=now, reason="x", message="Named.")

    assert restrictions.told_to(colleague, participant.ref) == "Named.", "what names them comes first"
    assert restrictions.told_to(officer, participant.ref) == ""
    assert restrictions.told_to(other_officer, participant.ref) == ""
    assert restrictions.told_to(colleague, uuid4()) == ""


def test_a_bar_on_someone_else_is_not_told(participant, other_participant, officer, colleague, manager):
    restrictions.exclude(participant=other_participant, user=colleague, by=manager, now=timezone.now(), **WHY)
    restrictions.exclude(participant=participant, user=officer, by=manager, now=timezone.now(), **WHY)

    assert restrictions.told_to(colleague, participant.ref) == ""


def test_what_is_seen_no_more_is_not_told(participant, colleague, manager):
    restrictions.exclude(participant=participant, user=colleague, by=manager, now=timezone.now(), **WHY)
    AccessGrant.objects.of(colleague).update(ends_at=timezone.now())

    assert restrictions.told_to(colleague, participant.ref) == ""


@pytest.fixture
def prison_manager(make_user, unit, participant):
    inside = Team.objects.create(name="Prison team", delivery_unit=unit, kind="PRISON")
    services.grant(participant=participant, level=3, why="PRISON", now=timezone.now(), team=inside)
    return make_user("Gil Prison", "MANAGER", inside)


def test_nobody_but_their_own_manager_keeps_a_lead_out_of_their_case(participant, officer, manager, prison_manager):
    """A list without the lead is the case in all but name."""
    now = timezone.now()
    with pytest.raises(restrictions.NotTheLead):
        restrictions.exclude(participant=participant, user=officer, by=prison_manager, now=now, **WHY)
    made = restrictions.restrict(participant=participant, users=[], by=prison_manager, now=now, **WHY)

    assert seen_by(officer) == {participant.pk}
    assert seen_by(manager) == set()
    assert participant.crn in Message.objects.get(subject="A list of who may see a record", user=officer).body
    restrictions.change_list(restriction=made, users=[manager], by=prison_manager, now=now)
    assert seen_by(officer) == {participant.pk}
    restrictions.change_list(restriction=made, users=[], by=manager, now=now)
    assert seen_by(officer) == set()
