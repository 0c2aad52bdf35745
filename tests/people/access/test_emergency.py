"""Who reads a record in an emergency, who is told, and who has to look at it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from common.errors import RuleBroken
from engagement.models import Alert, Contact
from people import services
from people.access import emergency, restrictions
from people.models import AccessEvent, AccessGrant, Assignment, Message
from tests.attacks.canaries import as_owner
from tests.conftest import TODAY
from tests.people.access.test_second_wall import ask, seen_by

LIST = "people:emergency-list"
WHY = {"reason": "They are cousins.", "message": "You cannot open this record. Ring Mona on 01632 960000."}


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def opened(participant, other_officer):
    """Stan read Jordan's record in an emergency."""
    given = {"crn": participant.crn, "reason": "At the desk, unwell.", "by": other_officer, "now": timezone.now()}
    emergency.open_in_emergency(**given)
    return AccessGrant.objects.get(why="BREAK_GLASS")


@pytest.fixture
def nobody_leads(participant):
    Assignment.objects.filter(participant=participant).delete()
    with as_owner():
        AccessGrant.objects.filter(participant=participant, why__in=["ASSIGNED", "TEAM"]).delete()


def page(person, name="person-overview"):
    return reverse(name, args=[person.ref])


def told():
    return set(Message.objects.filter(dedupe_key__startswith="emergency:").values_list("address", flat=True))


def seen_url(grant):
    return reverse("people:emergency-seen", args=[grant.pk])


def test_an_emergency_opens_one_record_for_two_hours_and_tells_who_leads(
    participant, other_participant, officer, other_officer
):
    now = timezone.now()
    emergency.open_in_emergency(crn=participant.crn, reason="At the desk, unwell.", by=other_officer, now=now)

    assert seen_by(other_officer) == {participant.pk, other_participant.pk}
    mail = Message.objects.get(dedupe_key__startswith="emergency:")
    assert mail.address == officer.email
    assert participant.crn in mail.body
    assert participant.family_name not in mail.body
    assert "At the desk, unwell." in mail.body
    later = (now + timedelta(hours=2, seconds=1)).isoformat()
    ask("select set_config('app.now', %s, true)", later)
    assert participant.pk not in seen_by(other_officer)
    assert not AccessGrant.objects.current(now + timedelta(hours=2)).filter(why="BREAK_GLASS").exists()


@pytest.mark.parametrize("crn", ["X999999", "x100001"])
def test_an_emergency_is_refused_in_words(crn, participant, officer):
    with pytest.raises(RuleBroken, match="There is no record with this CRN that you can open"):
        emergency.open_in_emergency(crn=crn, reason="x", by=officer, now=timezone.now())


def test_an_emergency_opens_no_record_that_is_barred(participant, other_officer, officer, manager):
    restrictions.restrict(participant=participant, users=[officer], by=manager, now=timezone.now(), **WHY)

    with pytest.raises(emergency.Excluded, match=re.escape(emergency.NOT_LIKE_THIS)):
        emergency.open_in_emergency(crn=participant.crn, reason="x", by=other_officer, now=timezone.now())


def test_the_emergency_page_opens_the_record_and_shows_in_red_who_did(participant, officer, other_officer, client_as):
    client = client_as(other_officer)
    form = {"crn": participant.crn.lower(), "reason": "At the desk, unwell."}

    answer = client.post(reverse("people:emergency"), form, follow=True)

    assert participant.family_name in answer.text
    assert f"{officer.name} leads the case and has been told." in answer.text
    shown = client_as(officer).get(page(participant, "people:person-access")).text
    assert "At the desk, unwell." in shown
    assert "govuk-tag--red" in shown


def test_a_refused_emergency_is_written_down_and_tells_no_more_than_a_wrong_crn(
    participant, officer, other_officer, manager, client_as
):
    restrictions.restrict(participant=participant, users=[officer], by=manager, now=timezone.now(), **WHY)
    there, nowhere = (
        client_as(other_officer).post(reverse("people:emergency"), {"crn": crn, "reason": "Unwell."}).text
        for crn in (participant.crn, "X999999")
    )
    client_as(officer).post(reverse("people:emergency"), {"crn": participant.crn, "reason": "Unwell."})

    assert "There is no record with this CRN that you can open like this." in there
    assert "There is no record with this CRN that you can open like this." in nowhere
    events = AccessEvent.objects.filter(kind="REFUSED").order_by("pk")
    assert [(event.user, event.participants) for event in events] == [
        (other_officer, [participant.pk]),
        (officer, [participant.pk]),
    ]


def test_an_emergency_is_tried_ten_times_in_an_hour_and_no_more(participant, other_officer, client_as):
    client, url = client_as(other_officer), reverse("people:emergency")
    for _ in range(10):
        client.post(url, {"crn": "X999999", "reason": "Unwell."})

    answer = client.post(url, {"crn": participant.crn, "reason": "Unwell."})

    assert "You have tried 10 times within an hour." in answer.text
    assert participant.pk not in seen_by(other_officer)


def test_an_emergency_row_says_whose_why_and_until_when(participant, other_officer):
    now = timezone.now()

    opened = emergency.open_in_emergency(crn=participant.crn, reason="Unwell.", by=other_officer, now=now)

    row = AccessGrant.objects.get(why="BREAK_GLASS")
    assert (opened.person, row.participant, row.user) == (participant, participant, other_officer)
    assert (row.level, row.reason, row.marked_seen_at) == (3, "Unwell.", None)
    assert (row.starts_at, row.ends_at) == (now, now + timedelta(hours=2))
    mail = Message.objects.get(dedupe_key__startswith="emergency:")
    assert mail.subject == f"{participant.crn} was opened in an emergency"
    assert f"/people/{participant.ref}/access/" in mail.body
    assert mail.participant == participant


def test_who_sees_the_record_already_needs_no_emergency(participant, officer):
    with pytest.raises(emergency.SeenAlready, match="see this record already") as refusal:
        emergency.open_in_emergency(crn=participant.crn, reason="x", by=officer, now=timezone.now())

    assert refusal.value.person == participant
    assert not AccessGrant.objects.filter(why="BREAK_GLASS").exists()


def test_an_emergency_opens_the_record_that_stayed_of_two_made_one(participant, other_participant, make_user, team):
    from people.models import Participant

    stranger = make_user(
        "Nora Night", "PRACTITIONER", type(team).objects.create(name="Night", delivery_unit=team.delivery_unit)
    )
    Participant.objects.filter(pk=participant.pk).update(merged_into=other_participant, left_on=TODAY)

    opened = emergency.open_in_emergency(crn=participant.crn, reason="x", by=stranger, now=timezone.now())

    assert opened.person == other_participant


def test_whoever_leads_has_it_on_their_list_until_they_mark_it_seen(opened, participant, officer, client_as):
    client = client_as(officer)
    home = client.get("/").text
    assert "Stan Stranger opened the record in an emergency: At the desk, unwell." in home
    assert participant.name in client.get(reverse(LIST)).text

    client.post(seen_url(opened))

    opened.refresh_from_db()
    assert opened.marked_seen_by == officer
    assert "opened the record in an emergency" not in client.get("/").text
    assert "Nothing to look at" in client.get(reverse(LIST)).text
    shown = client.get(page(participant, "people:person-access")).text
    assert "At the desk, unwell." in shown
    assert officer.name in shown.partition("Opened in an emergency")[2]


def test_it_is_marked_once(opened, officer, manager):
    emergency.mark_seen(grant=opened, by=officer, now=timezone.now())

    with pytest.raises(emergency.MarkedSeen, match="before you"):
        emergency.mark_seen(grant=opened, by=manager, now=timezone.now())

    opened.refresh_from_db()
    assert opened.marked_seen_by == officer


def test_only_who_answers_for_the_case_marks_it(opened, other_officer, manager, make_user, team, client_as):
    """Not who opened it, nor the lead's manager or colleague while there is a lead."""
    for user in (other_officer, manager, make_user("Cora Colleague", "PRACTITIONER", team)):
        assert client_as(user).post(seen_url(opened)).status_code == 404
        assert "opened the record in an emergency" not in client_as(user).get("/").text

    opened.refresh_from_db()
    assert opened.marked_seen_at is None


def test_a_new_lead_has_what_the_last_did_not_look_at(opened, participant, officer, make_user, team, client_as):
    colleague = make_user("Cora Colleague", "PRACTITIONER", team)
    services.assign(participant=participant, practitioner=colleague, by=officer, today=TODAY, now=timezone.now())

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert "opened the record in an emergency" in client_as(colleague).get("/").text
        assert "opened the record in an emergency" not in client_as(officer).get("/").text


def test_where_nobody_leads_the_areas_managers_are_told_and_learn_no_name(
    nobody_leads, participant, officer, other_officer, manager, client_as
):
    with as_owner():
        AccessGrant.objects.filter(why="AREA").delete()  # before the managers of the area are shown them
    answer = client_as(other_officer).post(
        reverse("people:emergency"), {"crn": participant.crn, "reason": "Unwell."}, follow=True
    )

    assert "Nobody leads the case, so the managers in Northbridge have been told." in answer.text
    assert told() == {manager.email}
    mail = Message.objects.get(dedupe_key__startswith="emergency:")
    assert participant.crn not in mail.subject + mail.body
    assert mail.participant is None
    for url in ("/", reverse(LIST)):
        shown = client_as(manager).get(url).text
        assert "Someone in Northbridge whom nobody leads" in shown
        assert participant.crn not in shown
        assert participant.family_name not in shown
        assert "opened the record in an emergency" not in client_as(officer).get(url).text

    grant = AccessGrant.objects.get(why="BREAK_GLASS")
    assert client_as(manager).post(seen_url(grant)).status_code == 302
    assert "Nothing to look at" in client_as(manager).get(reverse(LIST)).text


def test_where_there_is_nobody_to_tell_the_page_says_so(nobody_leads, participant, other_officer, client_as):
    answer = client_as(other_officer).post(
        reverse("people:emergency"), {"crn": participant.crn, "reason": "Unwell."}, follow=True
    )

    assert "Northbridge has no manager, so nobody has been told." in answer.text
    assert told() == set()


def test_a_manager_is_not_told_of_what_they_opened_themselves(nobody_leads, participant, manager, client_as):
    with as_owner():
        AccessGrant.objects.filter(why="AREA").delete()  # before the managers of the area are shown them
    answer = client_as(manager).post(
        reverse("people:emergency"), {"crn": participant.crn, "reason": "Unwell."}, follow=True
    )

    assert "has no manager, so nobody has been told." in answer.text
    assert told() == set()
    assert "Nothing to look at" in client_as(manager).get(reverse(LIST)).text


@pytest.mark.parametrize("how", ["excluded", "unlisted", "closed"])
def test_a_lead_from_whom_the_record_is_kept_is_not_told_of_it(how, participant, officer, other_officer, manager):
    if how == "excluded":
        restrictions.exclude(participant=participant, user=officer, by=manager, now=timezone.now(), **WHY)
    elif how == "unlisted":
        users = [manager, other_officer]
        restrictions.restrict(participant=participant, users=users, by=manager, now=timezone.now(), **WHY)
    else:
        officer.is_active = False
        officer.save(update_fields=["is_active"])

    emergency.open_in_emergency(crn=participant.crn, reason="Unwell.", by=other_officer, now=timezone.now())

    assert told() == {manager.email}


def test_in_an_emergency_a_contact_is_put_down_and_an_alert_closed(
    opened, participant, officer, other_officer, client_as
):
    alert = Alert.objects.create(
        participant=participant,
        owner=officer,
        kinds=["DRIFT"],
        facts=["silent"],
        reasons=["Nothing for 3 weeks."],
        raised_at=timezone.now(),
        due_on=TODAY,
        next_step="Ring.",
    )
    client = client_as(other_officer)
    overview = client.get(page(participant)).text
    assert "You opened this record in an emergency." in overview

    spoke = client.post(
        page(participant, "engagement:contact-new"),
        {"kind": "CALL", "note": "He is safe.", "meaningful": "yes", "soon": "NOW"},
    )
    closed = client.post(
        reverse("engagement:alert-detail", args=[alert.pk]), {"outcome": "BACK_IN_TOUCH", "note": "He is safe."}
    )

    assert (spoke.status_code, closed.status_code) == (302, 302)
    assert Contact.objects.get(participant=participant, by=other_officer).note == "He is safe."
    alert.refresh_from_db()
    assert alert.closed_by == other_officer


def test_in_an_emergency_everything_else_says_whom_to_ask(opened, participant, other_officer, client_as):
    client = client_as(other_officer)

    for answer in (
        client.get(page(participant, "people:contact-change")),
        client.post(page(participant, "people:contact-change"), {"phone": ""}),
        client.post(page(participant, "people:lead-change"), {"practitioner": other_officer.pk}),
    ):
        assert answer.status_code == 403
        assert "Ask whoever leads the case for anything else." in answer.text

    assert AccessEvent.objects.filter(user=other_officer, kind="REFUSED", participants=[participant.pk]).count() == 3
    assert not AccessEvent.objects.filter(user=other_officer, kind="CHANGE").exists()


def test_who_sees_the_record_in_another_way_too_is_not_held_to_reading(
    opened, participant, officer, other_officer, client_as
):
    services.assign(participant=participant, practitioner=other_officer, by=officer, today=TODAY, now=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        client = client_as(other_officer)

        assert client.get(page(participant, "people:contact-change")).status_code == 200
        assert "You opened this record in an emergency." not in client.get(page(participant)).text


def test_tries_are_counted_for_each_user(officer, other_officer):
    for _ in range(10):
        emergency.count_try(officer)
    emergency.count_try(other_officer)

    with pytest.raises(emergency.TooManyTries, match="10 times"):
        emergency.count_try(officer)


def test_what_a_new_lead_opened_themselves_is_for_the_areas_managers(opened, participant, other_officer, manager):
    """They led the case before anyone had looked at it, and then it was on nobody's list."""
    Assignment.objects.filter(participant=participant).update(practitioner=other_officer)

    waiting = {user.name: list(look_at(user, participant)) for user in (other_officer, manager)}

    assert waiting == {other_officer.name: [], manager.name: [opened]}


def look_at(user, participant):
    return emergency.to_look_at(user=user, mine=[participant.pk], today=TODAY)


def test_in_an_emergency_an_alert_is_closed_with_no_days_away(opened, participant, officer, other_officer, client_as):
    alert = Alert.objects.create(
        participant=participant, owner=officer, kinds=["DRIFT"], facts=["silent"], reasons=["x"], due_on=TODAY,
        raised_at=timezone.now(), next_step="Ring.",
    )  # fmt: skip
    away = {"away_until-day": "1", "away_until-month": "12", "away_until-year": "2026"}

    answer = client_as(other_officer).post(
        reverse("engagement:alert-detail", args=[alert.pk]),
        {"outcome": "PLANNED_ABSENCE", "note": "At his aunt's.", **away},
    )

    alert.refresh_from_db()
    assert (answer.status_code, alert.closed_at) == (200, None)
    assert "You may not put days away on this record." in answer.text
    assert "At his aunt" in answer.text
