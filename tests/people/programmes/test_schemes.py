"""A scheme runs a programme: its staff see how to reach who is on it, for as long as they are, and nothing else."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from people import services
from people.access import emergency, restrictions
from people.models import AccessEvent, AccessGrant, Assignment, DeliveryUnit, Level, Message, Region, Team
from people.programmes import enrolment
from tests.attacks.canaries import as_owner
from tests.conftest import NOW, TODAY, service_account
from tests.people.access.test_second_wall import seen_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
PAGE = reverse("people:scheme-people")


@pytest.fixture
def scheme(db):
    return Team.objects.create(name="Open Door scheme", kind=Team.Kind.SCHEME)


@pytest.fixture
def worker(make_user, scheme):
    return make_user("Sal Scheme", "SCHEME", scheme)


@pytest.fixture
def programme(make_programme, scheme):
    return run(make_programme(), scheme)


def run(programme, scheme, by=None):
    enrolment.run_by(programme=programme, scheme=scheme, now=NOW, by=by or service_account())
    return programme


def on(programme, person, by):
    return enrolment.enrol(participant=person, programme=programme, by=by, today=TODAY, now=NOW)


def test_its_staff_see_how_to_reach_who_is_on_it_and_who_leads_them(programme, worker, participant, officer, client_as):
    on(programme, participant, officer)

    page = client_as(worker).get(PAGE).content.decode()

    assert [word in page for word in ("Jordan Ashworth", participant.phone.as_national, officer.name)] == [True] * 3
    assert seen_by(worker, 2) == {participant.pk}  # contact
    assert seen_by(worker) == set()  # everything


def test_the_record_itself_stays_shut_to_them(programme, worker, participant, officer, client_as):
    on(programme, participant, officer)

    assert client_as(worker).get(reverse("people:person-details", args=[participant.ref])).status_code == 403


def test_from_the_day_a_person_leaves_they_are_seen_no_more(programme, worker, participant, officer, client_as):
    client = client_as(worker)
    on_it = on(programme, participant, officer)
    before = "Jordan Ashworth" in client.get(PAGE).content.decode()

    enrolment.end_enrolment(enrolment=on_it, reason="Moved away.", today=TODAY, now=NOW, by=officer)

    assert (before, "Jordan Ashworth" in client.get(PAGE).content.decode()) == (True, False)
    assert seen_by(worker, 1) == set()


def test_leaving_ends_only_the_access_that_came_with_the_programme(programme, scheme, worker, participant, officer):
    on_it = on(programme, participant, officer)
    services.grant(participant=participant, level=1, why="TEAM", now=NOW, team=scheme)
    enrolment.end_enrolment(enrolment=on_it, reason="Moved away.", today=TODAY, now=NOW, by=officer)

    assert seen_by(worker, 1) == {participant.pk}


def test_leaving_one_of_two_programmes_of_a_scheme_hides_nobody(
    programme, make_programme, scheme, worker, participant, officer
):
    other = run(make_programme("Second chance"), scheme)
    first, _ = on(programme, participant, officer), on(other, participant, officer)

    enrolment.end_enrolment(enrolment=first, reason="One is enough.", today=TODAY, now=NOW, by=officer)

    assert seen_by(worker, 2) == {participant.pk}


def test_another_scheme_that_takes_over_sees_them_and_the_first_does_not(
    programme, worker, make_user, participant, officer
):
    on(programme, participant, officer)
    other = Team.objects.create(name="New Leaf scheme", kind=Team.Kind.SCHEME)

    run(programme, other)

    assert (seen_by(worker, 1), seen_by(make_user("Nel New", "SCHEME", other), 2)) == (set(), {participant.pk})


def test_who_is_not_eligible_is_not_shown_until_a_manager_lets_them_in(
    make_programme, scheme, worker, participant, officer, manager
):
    closed = run(make_programme(AGE={"youngest": 10, "oldest": 11}), scheme)
    refused = on(closed, participant, officer)
    before = seen_by(worker, 1)

    enrolment.override(enrolment=refused, by=manager, reason="Needs it most.", today=TODAY, now=NOW)

    assert (before, seen_by(worker, 2)) == (set(), {participant.pk})


def test_a_restriction_stands_before_a_scheme_too(programme, worker, participant, officer, manager, client_as):
    on(programme, participant, officer)
    restrictions.restrict(
        participant=participant, users=[officer, manager], reason="Known to staff.", message="Ring Mona.",
        by=manager, now=NOW,
    )  # fmt: skip

    assert "Ashworth" not in client_as(worker).get(PAGE).content.decode()


def test_a_probation_team_cannot_be_a_scheme(make_programme, team):
    with pytest.raises(enrolment.NotAProgramme, match="not a scheme"):
        enrolment.run_by(programme=make_programme(), scheme=team, now=NOW, by=service_account())


def test_a_manager_says_on_the_page_who_runs_it(
    make_programme, scheme, worker, participant, officer, manager, client_as
):
    programme = make_programme(owned_by=[manager])
    on(programme, participant, officer)
    at = reverse("people:programme-scheme", args=[programme.pk])

    answer = client_as(manager).post(at, {"scheme": scheme.pk})

    assert answer.status_code == 302
    assert seen_by(worker, 2) == {participant.pk}
    assert "Open Door scheme" in client_as(manager).get(answer["Location"]).content.decode()


def test_both_walls_agree_on_who_knows_who_leads(programme, worker, participant, other_participant, officer):
    from common.postgres.actor import acting_as

    on(programme, participant, officer)
    with acting_as(worker.pk):
        by_hand = set(Assignment.objects.values_list("participant", flat=True))
        by_rule = set(Assignment.objects.visible_to(worker).values_list("participant", flat=True))
    assert by_hand == by_rule == {participant.pk}


def test_the_person_is_told_who_runs_it_and_why_they_were_looked_at(programme, worker, participant, officer, client_as):
    on(programme, participant, officer)
    client_as(worker).get(PAGE)
    own = client_as(participant.user)

    assert "You are on a programme they run." in own.get(reverse("people:my-circle")).content.decode()
    assert "because they run a programme you are on" in own.get(reverse("people:my-access-log")).content.decode()


def test_a_programme_read_before_it_changed_hands_tells_the_scheme_that_runs_it_now(
    make_programme, scheme, worker, participant, officer
):
    read_before = make_programme()
    run(read_before, scheme)

    on(read_before, participant, officer)

    assert seen_by(worker, 2) == {participant.pk}


def test_who_rings_is_told_to_ask_first_and_not_why(
    programme, worker, participant, other_participant, officer, client_as
):
    from people.record import person_services

    for person in (participant, other_participant):
        on(programme, person, officer)
    person_services.note_safe_contact(participant=participant, note="Zqnote", by=officer, today=TODAY)

    page = client_as(worker).get(PAGE).content.decode()

    assert page.count("before you ring or write") == 1
    assert "Zqnote" not in page


def grants(team) -> list[tuple]:
    rows = AccessGrant.objects.filter(team=team).order_by("pk")
    return [(row.participant, row.why, row.level, row.starts_at, row.ends_at) for row in rows]


def test_what_a_scheme_sees_is_contact_details_from_enrolment_to_end_and_once(programme, scheme, participant, officer):
    on_it = on(programme, participant, officer)
    run(programme, scheme)
    assert grants(scheme) == [(participant, "ENROLLED", Level.CONTACT, NOW, None)]

    enrolment.end_enrolment(enrolment=on_it, reason="Moved away.", today=TODAY, now=NOW, by=officer)

    assert grants(scheme) == [(participant, "ENROLLED", Level.CONTACT, NOW, NOW)]


def test_when_one_leaves_the_scheme_goes_on_seeing_the_others(
    programme, worker, participant, other_participant, officer
):
    leaving, _ = on(programme, participant, officer), on(programme, other_participant, officer)

    enrolment.end_enrolment(enrolment=leaving, reason="Moved away.", today=TODAY, now=NOW, by=officer)

    assert seen_by(worker, 2) == {other_participant.pk}


def test_a_scheme_that_lets_go_of_a_programme_sees_nobody_on_it(programme, worker, participant, officer):
    on(programme, participant, officer)

    released = run(programme, None)

    released.refresh_from_db()
    assert (released.scheme, seen_by(worker, 1)) == (None, set())


def test_a_scheme_sees_nobody_who_left_before_it_took_over(make_programme, scheme, worker, participant, officer):
    programme = make_programme()
    on_it = on(programme, participant, officer)
    enrolment.end_enrolment(enrolment=on_it, reason="Moved away.", today=TODAY, now=NOW, by=officer)

    run(programme, scheme)

    assert seen_by(worker, 1) == set()


def test_a_scheme_sees_nobody_from_a_programme_that_another_runs(
    programme, make_programme, make_user, participant, other_participant, officer
):
    other = Team.objects.create(name="New Leaf scheme", kind=Team.Kind.SCHEME)
    theirs = run(make_programme("Theirs"), other)
    on(programme, participant, officer), on(theirs, other_participant, officer)

    assert seen_by(make_user("Nel New", "SCHEME", other), 2) == {other_participant.pk}


def test_what_schemes_see_of_a_person_is_put_right_from_their_enrolments(
    programme, scheme, worker, participant, other_participant, officer
):
    on_it, _ = on(programme, participant, officer), on(programme, other_participant, officer)
    with as_owner():
        AccessGrant.objects.filter(team=scheme, participant=participant).delete()
    enrolment.tell_schemes(participant=participant, now=NOW)
    assert seen_by(worker, 2) == {participant.pk, other_participant.pk}

    type(on_it).objects.filter(pk=on_it.pk).update(state="ENDED", ends_on=TODAY, end_reason="x")
    programme.scheme = None
    programme.save()
    enrolment.tell_schemes(participant=participant, now=NOW)

    assert seen_by(worker, 2) == {other_participant.pk}


def test_what_a_probation_team_sees_is_not_touched_by_a_scheme(programme, participant, officer, manager):
    enrolment.tell_schemes(participant=participant, now=NOW)

    assert seen_by(manager) == {participant.pk}


# --- Whoever says who runs it gives sight of nobody whom they cannot see ---------------------------
@pytest.fixture
def elsewhere(make_user, make_participant, scheme, prison):
    """A person of another area, led and managed there, and on the programme."""
    region = Region.objects.get(code="T")
    away = DeliveryUnit.objects.create(code="T2", name="Southbridge", region=region)
    team = Team.objects.create(name="Southbridge team", delivery_unit=away)
    lead, boss = make_user("Lena Lead", "PRACTITIONER", team), make_user("Bea Boss", "MANAGER", team)
    return make_participant("Una", "Underhill", "X100077", lead, delivery_unit=away), lead, boss


def page_of(programme, name="programme-scheme"):
    return reverse(f"people:{name}", args=[programme.pk])


def test_a_scheme_is_shown_whom_the_manager_sees_each_is_told_and_each_look_is_written(
    make_programme, scheme, worker, participant, officer, manager, elsewhere, client_as
):
    una, lead, boss = elsewhere
    programme = make_programme(owned_by=[manager])
    on(programme, participant, officer)
    on(programme, una, lead)
    client = client_as(manager)

    asked = client.get(page_of(programme)).text
    answer = client.post(page_of(programme), {"scheme": scheme.pk}, follow=True)

    assert "contact details of the 1 person on the programme" in asked
    assert "1 more is on it: their own managers are asked." in asked
    assert "1 person is shown to it and told." in answer.text
    assert seen_by(worker, 2) == {participant.pk}
    told = Message.objects.get(dedupe_key__startswith="scheme:")
    assert (told.participant, told.body.startswith("Open Door scheme now runs Enabling fund")) == (participant, True)
    assert AccessEvent.objects.get(kind="CHANGE").participants == [participant.pk]


def test_the_others_wait_for_their_own_manager_who_shows_them_in_one_press(
    make_programme, scheme, worker, participant, officer, manager, elsewhere, client_as
):
    una, lead, boss = elsewhere
    programme = make_programme(owned_by=[manager])
    on(programme, participant, officer)
    on(programme, una, lead)
    enrolment.run_by(programme=programme, scheme=scheme, now=NOW, by=manager)
    home = client_as(boss).get("/").text
    page = client_as(boss).get(page_of(programme, "programme-share")).text

    assert "1 person on Enabling fund" in home
    assert "Open Door scheme runs it now" in home
    assert "Underhill, Una" in page
    assert "Ashworth" not in page
    assert "1 person on Enabling fund" not in client_as(manager).get("/").text
    assert "1 person on Enabling fund" not in client_as(lead).get("/").text

    client_as(boss).post(page_of(programme, "programme-share"))

    assert seen_by(worker, 2) == {participant.pk, una.pk}
    assert Message.objects.filter(dedupe_key__startswith="scheme:", participant=una).count() == 1
    assert AccessEvent.objects.get(kind="CHANGE", user=boss).participants == [una.pk]
    assert "1 person on Enabling fund" not in client_as(boss).get("/").text


def test_only_a_manager_of_an_owning_area_says_who_runs_it(make_programme, scheme, manager, elsewhere, client_as):
    _, _, boss = elsewhere
    programme = make_programme(owned_by=[manager])

    answer = client_as(boss).post(page_of(programme), {"scheme": scheme.pk})

    assert answer.status_code == 403
    assert "Only a manager in one of the areas that own this programme" in answer.text
    assert "Change who runs it" not in client_as(boss).get(page_of(programme, "programme-detail")).text
    assert "Change who runs it" in client_as(manager).get(page_of(programme, "programme-detail")).text
    with pytest.raises(enrolment.NotYourProgramme):
        enrolment.run_by(programme=programme, scheme=scheme, now=NOW, by=boss)


def test_a_manager_sets_up_no_programme_for_other_areas_alone(manager, elsewhere):
    away = elsewhere[0].delivery_unit

    with pytest.raises(enrolment.NotYourProgramme, match="Choose your own area"):
        enrolment.create_programme(code="x", name="X", money_model="DISCRETIONARY", owning_areas=[away], by=manager)


def test_the_scheme_before_sees_nobody_whoever_could_see_them(
    make_programme, scheme, worker, manager, officer, participant, elsewhere
):
    una, lead, _ = elsewhere
    programme = run(make_programme(owned_by=[manager]), scheme)
    on(programme, participant, officer)
    on(programme, una, lead)

    enrolment.run_by(programme=programme, scheme=None, now=NOW, by=manager)

    assert seen_by(worker, 1) == set()


def test_someone_whom_the_manager_sees_in_an_emergency_alone_is_not_shown(
    make_programme, scheme, worker, manager, elsewhere
):
    una, lead, _ = elsewhere
    programme = make_programme(owned_by=[manager])
    on(programme, una, lead)
    emergency.open_in_emergency(crn=una.crn, reason="x", by=manager, now=timezone.now())

    enrolment.run_by(programme=programme, scheme=scheme, now=NOW, by=manager)

    assert seen_by(worker, 1) == set()
