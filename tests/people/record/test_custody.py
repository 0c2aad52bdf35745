"""Acts of custody: which may come when, what each moves, and that nothing that shows where someone is disagrees."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from common.errors import RuleBroken
from engagement import services as touch
from engagement.models import Appointment
from people import work_items
from people.models import CustodyEvent, Membership, Participant, Prison, Sentence, Supervision, Team
from people.record import custody, resettlement
from people.record.custody import ACTS, Kind
from tests.conftest import NOW, TODAY, service_account
from tests.worklists import waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DAY = timedelta(days=1)
COMMUNITY, PRISON, TEMPORARY, HOSPITAL = "COMMUNITY", "PRISON", "TEMPORARY", "HOSPITAL"


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def preston(db):
    return Prison.objects.create(code="PNI", name="Preston (HMP)")


@pytest.fixture
def lancaster(db):
    return Prison.objects.create(code="LFI", name="Lancaster Farms (HMP)")


@pytest.fixture
def person(participant):
    """In the community, released 29 days ago from a sentence that still runs."""
    return participant


@pytest.fixture
def act(person, officer):
    def done(kind: str, on=TODAY, **more) -> CustodyEvent:
        event = custody.record(participant=person, kind=kind, happened_on=on, by=officer, today=TODAY, now=NOW, **more)
        person.refresh_from_db()
        return event

    return done


@pytest.fixture
def be(person, preston):
    """Put the person where a state of the table says."""

    def there(state: str) -> None:
        prison = None if state == COMMUNITY else preston
        Participant.objects.filter(pk=person.pk).update(whereabouts=state, prison=prison)
        person.refresh_from_db()

    return there


TABLE = {  # act: where it may begin, and where it leads
    "SENTENCED": ({COMMUNITY, PRISON, HOSPITAL}, PRISON),
    "REMANDED": ({COMMUNITY}, PRISON),
    "RECALLED": ({COMMUNITY}, PRISON),
    "MOVED": ({PRISON}, PRISON),
    "TEMPORARY": ({PRISON}, TEMPORARY),
    "HOSPITAL": ({PRISON, TEMPORARY}, HOSPITAL),
    "RETURNED": ({TEMPORARY, HOSPITAL}, PRISON),
    "RELEASED": ({PRISON, TEMPORARY, HOSPITAL}, COMMUNITY),
    "FILE_IN": ({COMMUNITY, PRISON, TEMPORARY, HOSPITAL}, PRISON),
    "FILE_OUT": ({PRISON, TEMPORARY, HOSPITAL}, COMMUNITY),
}


@pytest.mark.parametrize("state", [COMMUNITY, PRISON, TEMPORARY, HOSPITAL])
@pytest.mark.parametrize("kind", list(TABLE))
def test_every_act_begins_where_the_table_says_and_leads_where_it_says(kind, state, be, act, person, lancaster):
    begins, leads_to = TABLE[kind]
    be(state)
    more = {"hospital": "Ashworth"} if kind == "HOSPITAL" else {}
    more |= {"prison": lancaster} if kind in ("MOVED", "REMANDED", "RECALLED", "SENTENCED", "FILE_IN") else {}

    if state not in begins:
        with pytest.raises(custody.NotFromHere):
            act(kind, **more)
        assert (person.whereabouts, CustodyEvent.objects.count()) == (state, 0)
        return
    act(kind, **more)
    assert person.whereabouts == leads_to
    assert (person.prison is None) == (leads_to == COMMUNITY)
    assert (kind in [k.value for k in custody.possible(person)]) == (
        kind in custody.BY_HAND and leads_to in ACTS[kind].begins_in
    )


def test_the_table_has_every_act():
    assert set(TABLE) == set(Kind.values) == set(ACTS)


def test_a_release_clears_the_prison_dates_the_newest_sentence_of_custody_and_ends_the_time_inside(
    person, other_participant, be, act, preston
):
    act("RECALLED", TODAY - 9 * DAY, prison=preston)
    assert Sentence.objects.get(participant=person).release_on is None
    act("RELEASED", TODAY - DAY)

    sentence = Sentence.objects.get(participant=person)
    assert (sentence.release_on, person.prison, person.in_custody) == (TODAY - DAY, None, False)
    recall = CustodyEvent.objects.get(kind="RECALLED")
    assert (recall.until, recall.sentence) == (TODAY - DAY, sentence)
    assert Sentence.objects.get(participant=other_participant).release_on == TODAY - 29 * DAY


def test_a_release_from_remand_needs_no_sentence(person, act, preston):
    Sentence.objects.filter(participant=person).delete()
    act("REMANDED", TODAY - 5 * DAY, prison=preston)
    act("RELEASED")

    assert CustodyEvent.objects.get(kind="REMANDED").until == TODAY


@pytest.mark.parametrize("when", [TODAY + DAY, TODAY - 400 * DAY])
def test_a_release_is_not_in_the_future_nor_before_the_sentence(when, be, act):
    be(PRISON)
    with pytest.raises(custody.NotThatDay):
        act("RELEASED", when)


@pytest.mark.parametrize("when", [TODAY, TODAY - 120 * DAY])
def test_a_release_may_be_on_the_day_or_on_the_first_of_the_sentence(when, be, act, person):
    be(PRISON)
    act("RELEASED", when)

    assert Sentence.objects.get(participant=person).release_on == when


def test_nothing_is_recorded_before_the_act_that_came_last(act, preston):
    act("RECALLED", TODAY - 5 * DAY, prison=preston)
    with pytest.raises(custody.NotThatDay, match="Recalled to prison"):
        act("RELEASED", TODAY - 6 * DAY)
    act("RELEASED", TODAY - 5 * DAY)


@pytest.mark.parametrize(
    "fields",
    [
        {"release_on": None},
        {"release_on": TODAY + DAY},
        {"ends_on": TODAY - DAY},
        {"kind": "COMMUNITY", "release_on": None},
    ],
)
def test_nobody_is_recalled_who_was_not_released_from_a_sentence_that_still_runs(fields, person, act, preston):
    Sentence.objects.filter(participant=person).update(**fields)

    with pytest.raises(custody.NothingToRecall):
        act("RECALLED", prison=preston)


def test_a_move_needs_another_prison(be, act, preston):
    be(PRISON)
    for prison in (None, preston):
        with pytest.raises(custody.WhichPrison):
            act("MOVED", prison=prison)


def test_on_temporary_release_one_still_belongs_to_the_prison(be, act, person, preston):
    be(PRISON)
    act("TEMPORARY", due_back_on=TODAY + 3 * DAY)

    assert (person.prison, person.in_custody, person.is_inside) == (preston, True, False)
    assert person.where == "Out of prison on temporary release, Preston (HMP)"
    act("RETURNED")
    assert (person.whereabouts, person.prison) == (PRISON, preston)


def test_nobody_is_due_back_before_they_go_out(be, act):
    be(PRISON)
    with pytest.raises(RuleBroken, match="due back"):
        act("TEMPORARY", due_back_on=TODAY - DAY)


def test_the_header_never_says_community_of_someone_inside_before_the_release(person, officer, client_as, preston):
    custody.sentence_to_custody(
        participant=person, starts_on=TODAY - 3 * DAY, ends_on=TODAY + 200 * DAY, release_on=TODAY + 6 * DAY,
        prison=preston, by=officer, today=TODAY, now=NOW,
    )  # fmt: skip

    client = client_as(officer)
    page = text(client.get(reverse("people:person-details", args=[person.ref])))
    assert "In prison, Preston (HMP). Release 7 June 2026" in page
    assert "In the community</dd>" not in page
    found = text(client.get(reverse("people:participant-list"), {"where": "custody", "whose": "all"}))
    assert "Ashworth, Jordan" in found
    assert "Ashworth, Jordan" not in text(
        client.get(reverse("people:participant-list"), {"where": "community", "whose": "all"})
    )


def test_what_was_written_in_error_is_struck_and_the_record_says_again_what_it_said(person, act, officer, preston):
    before = (person.whereabouts, person.prison, Sentence.objects.get(participant=person).release_on)
    recall = act("RECALLED", TODAY - 2 * DAY, prison=preston)
    release = act("RELEASED", TODAY - DAY)

    strike = {"why": "Another person", "by": officer, "today": TODAY, "now": NOW}
    with pytest.raises(custody.CannotStrike):
        custody.strike(event=recall, **strike)
    custody.strike(event=release, **strike)
    recall.refresh_from_db()
    person.refresh_from_db()
    assert (person.whereabouts, person.prison, recall.until) == (PRISON, preston, None)
    assert Sentence.objects.get(participant=person).release_on is None

    custody.strike(event=recall, **strike)
    person.refresh_from_db()
    assert (person.whereabouts, person.prison, Sentence.objects.get(participant=person).release_on) == before
    with pytest.raises(custody.CannotStrike):
        custody.strike(event=recall, **strike)


def test_a_move_ends_the_prison_side_of_the_prison_before(be, act, person, officer, make_user, preston, lancaster):
    be(PRISON)
    team = Team.objects.create(name="Inside", kind="PRISON", prison=preston)
    worker = make_user("Pat Prison", "PRACTITIONER", team)
    resettlement.assign_supervisor(participant=person, supervisor=worker, by=officer, today=TODAY - DAY, now=NOW)
    assert Participant.objects.visible_to(worker).filter(pk=person.pk).exists()

    act("MOVED", prison=lancaster)

    assert not Supervision.objects.current(TODAY).exists()
    worker = type(worker).objects.get(pk=worker.pk)
    assert not Participant.objects.visible_to(worker).filter(pk=person.pk).exists()
    assert Membership.objects.filter(user=worker).exists()


def test_who_goes_in_has_what_was_arranged_outside_called_off_and_meetings_inside_kept(person, act, officer, preston):
    def meet(kind: str, days: int) -> Appointment:
        at = NOW + timedelta(days=days)
        return touch.arrange(
            participant=person, with_user=officer, kind=kind, starts_at=at, ends_at=at + timedelta(hours=1), by=officer,
            now=NOW, place="14 Mill Street",
        )  # fmt: skip

    outside, inside = meet("HOME", 2), meet("CUSTODY", 3)
    act("RECALLED", prison=preston)

    outside.refresh_from_db()
    inside.refresh_from_db()
    assert (outside.outcome, inside.outcome) == ("CALLED_OFF", "")


def test_which_prison_is_said_later_where_it_was_not_known(person, act, officer, preston, client_as):
    act("RECALLED", prison=None)
    assert person.where == "In prison, which one is not known"
    client = client_as(officer)
    assert "Say which prison" in text(client.get(reverse("people:person-custody", args=[person.ref])))

    client.post(reverse("people:custody-prison", args=[person.ref]), {"prison": preston.pk})

    person.refresh_from_db()
    assert person.prison == CustodyEvent.objects.get().prison == preston
    with pytest.raises(custody.WhichPrison):
        custody.name_prison(participant=person, prison=preston, by=officer, today=TODAY, now=NOW)


DAYS = {"happened_on-day": "1", "happened_on-month": "6", "happened_on-year": "2026"}


def test_the_pages_lead_from_sentence_to_release_and_back_in(person, officer, client_as, preston, lancaster):
    client = client_as(officer)
    where = reverse("people:person-custody", args=[person.ref])

    page = text(client.get(where))
    assert "Recalled to prison" in page
    assert "Moved to another prison" not in page
    assert client.get(where, {"act": "RECALLED"}).url == reverse("people:custody-act", args=[person.ref, "recalled"])
    assert (
        client.post(reverse("people:custody-act", args=[person.ref, "recalled"]), {**DAYS, "prison": preston.pk}).url
        == where
    )
    page = text(client.get(where))
    assert "In prison, Preston (HMP)" in page
    assert "Recalled to prison" in page
    client.post(reverse("people:custody-act", args=[person.ref, "moved"]), {**DAYS, "prison": lancaster.pk})
    assert client.get(where, {"act": "RELEASED"}).url == reverse("people:release-record", args=[person.ref])
    released = {name.replace("happened", "released"): value for name, value in DAYS.items()}
    client.post(reverse("people:release-record", args=[person.ref]), released)
    person.refresh_from_db()
    assert person.whereabouts == COMMUNITY
    last = CustodyEvent.objects.newest_first().first()
    strike = reverse("people:custody-strike", args=[person.ref, last.pk])
    assert "Enter why it is wrong." in text(client.post(strike, {"why": ""}))
    client.post(strike, {"why": "It was another person"})
    page = text(client.get(where))
    assert "It was another person" in page
    assert "In prison, Lancaster Farms (HMP)" in page


@pytest.mark.parametrize(
    ("act_", "sent", "says"),
    [
        ("recalled", {}, "Enter the day."),
        ("recalled", {**DAYS}, "Choose the prison."),
        ("recalled", {**DAYS, "happened_on-year": "2027", "prison": "p"}, "1 June 2026"),
        ("recalled", {**DAYS, "happened_on-year": "1926", "prison": "p"}, "forty years"),
        ("moved", {**DAYS, "prison": "p"}, "so this cannot be recorded."),
        ("sentenced", {"starts_on-day": "1", "starts_on-month": "6", "starts_on-year": "2026", "prison": "p"},
         "Enter the length or the last day"),
    ],
)  # fmt: skip
def test_bad_input_is_told_and_moves_nobody(act_, sent, says, person, officer, client_as, preston):
    sent = {name: preston.pk if value == "p" else value for name, value in sent.items()}
    answer = client_as(officer).post(reverse("people:custody-act", args=[person.ref, act_]), sent)

    assert answer.status_code == 200
    assert says in text(answer)
    assert not CustodyEvent.objects.exists()
    person.refresh_from_db()
    assert person.whereabouts == COMMUNITY


def test_there_is_no_page_for_an_act_that_is_none(person, officer, client_as):
    assert client_as(officer).get(reverse("people:custody-act", args=[person.ref, "escaped"])).status_code == 404


def test_a_release_is_prefilled_from_the_sentence(person, be, officer, client_as):
    be(PRISON)
    Sentence.objects.filter(participant=person).update(release_on=TODAY - 2 * DAY)
    page = text(client_as(officer).get(reverse("people:release-record", args=[person.ref])))

    assert 'value="30"' in page
    assert "Release was due 30 May 2026" in page


@pytest.mark.parametrize(
    ("sentence", "prison", "expected"),
    [
        (None, False, None),
        (None, True, "REMANDED"),
        ({"release_on": TODAY + DAY}, True, "SENTENCED"),
        ({"release_on": TODAY + DAY}, False, "SENTENCED"),
        ({"release_on": TODAY}, False, None),
        ({"release_on": TODAY}, True, "RECALLED"),
        ({"kind": "COMMUNITY", "release_on": None}, True, "REMANDED"),
        ({"ends_on": TODAY - DAY, "release_on": TODAY - 9 * DAY}, True, "REMANDED"),
    ],
)
def test_where_a_new_record_begins(sentence, prison, expected, person, preston):
    if sentence is not None:
        Sentence.objects.filter(participant=person).update(**sentence)
    ordered = Sentence.objects.get(participant=person) if sentence is not None else None
    event = custody.begin(
        participant=person, sentence=ordered, prison=preston if prison else None, by=service_account(), today=TODAY,
        now=NOW,
    )  # fmt: skip

    assert (event.kind if event else None) == expected


def of_custody(user) -> list[tuple[str, int]]:
    return [(item.reason, item.urgency) for item in waiting(work_items, user) if item.kind == "Custody"]


def test_a_release_that_was_due_is_the_most_urgent_line_until_it_is_recorded(person, be, act, officer):
    be(PRISON)
    Sentence.objects.filter(participant=person).update(release_on=TODAY)
    assert of_custody(officer) == [
        ("Release was due 1 June. Record it, or correct the date in the sentence.", 10),
    ]
    act("RELEASED")
    assert of_custody(officer) == []


def test_who_is_due_back_is_on_the_list_from_that_day(person, be, act, officer):
    be(PRISON)
    Sentence.objects.filter(participant=person).update(release_on=TODAY + 90 * DAY)
    act("TEMPORARY", TODAY - DAY, due_back_on=TODAY)
    assert of_custody(officer) == [("Due back in prison 1 June. Record that they are back, or what happened.", 20)]
    act("RETURNED")
    assert of_custody(officer) == [("In custody, and nobody in the prison works with them here.", 50)]


def test_a_prison_that_is_not_known_and_a_worker_who_is_missing_are_on_the_list(
    person, act, officer, make_user, preston
):
    act("RECALLED", prison=None)
    assert of_custody(officer) == [("In custody, and the record does not say in which prison.", 40)]
    custody.name_prison(participant=person, prison=preston, by=officer, today=TODAY, now=NOW)
    assert of_custody(officer) == [("In custody, and nobody in the prison works with them here.", 50)]
    worker = make_user("Pat Prison", "PRACTITIONER", Team.objects.create(name="In", kind="PRISON", prison=preston))
    resettlement.assign_supervisor(participant=person, supervisor=worker, by=officer, today=TODAY, now=NOW)
    assert of_custody(officer) == []


def test_dates_of_a_sentence_do_not_say_otherwise_than_the_record(person, be, officer, client_as):
    client, where = client_as(officer), reverse("people:sentence-new", args=[person.ref])
    first = {"starts_on-day": "20", "starts_on-month": "5", "starts_on-year": "2026", "length": "12", "unit": "month"}
    out = {"release_on-day": "30", "release_on-month": "5", "release_on-year": "2026"}

    page = text(client.post(where, {"kind": "CUSTODY", **first}))
    assert "By these dates they are in custody, and on our record in the community." in page
    assert client.post(where, {"kind": "CUSTODY", **first, **out}).status_code == 302
    be(PRISON)
    sentence = Sentence.objects.get(participant=person, starts_on=TODAY - 12 * DAY)
    where = reverse("people:sentence-change", args=[person.ref, sentence.pk])
    assert "Record the release instead." in text(client.post(where, {"kind": "CUSTODY", **first, **out}))


@pytest.mark.parametrize(
    ("state", "says"),
    [("PRISON", "You are in prison: "), ("TEMPORARY", "You are out of prison for a short time."),
     ("HOSPITAL", "You are in hospital."), ("COMMUNITY", None)],
)  # fmt: skip
def test_the_persons_own_pages_say_where_the_record_says_they_are(state, says, be, person, client_as):
    be(state)
    Sentence.objects.update(release_on=TODAY + timedelta(days=9))
    for page in ("portal-home", "people:my-court"):
        said = text(client_as(person.user).get(reverse(page)))
        assert ("Where you are" in said) == (says is not None)
        assert ("You leave prison on 10 June 2026" in said) == (says is not None)
        assert says is None or says in said


def test_no_day_of_leaving_is_told_once_it_has_passed_without_a_release(be, person, client_as):
    be("PRISON")
    Sentence.objects.update(release_on=TODAY - timedelta(days=1))
    assert "You leave prison" not in text(client_as(person.user).get(reverse("portal-home")))


def plan(client, person, day) -> str:
    sent = {f"release_on-{part}": getattr(day, part) for part in ("day", "month", "year")}
    return text(client.post(reverse("people:release-plan", args=[person.ref]), sent, follow=True))


def test_a_release_is_planned_by_its_day_alone(be, person, officer, client_as):
    be(PRISON)
    day = TODAY + timedelta(days=9)
    page = plan(client_as(officer), person, day)
    assert "The release is planned." in page
    assert custody.leaves_on(person, TODAY) == day
    person.refresh_from_db()
    assert person.whereabouts == PRISON


@pytest.mark.parametrize(
    ("state", "days", "kind", "says"),
    [
        (PRISON, -1, "CUSTODY", "One that has happened is recorded"),
        (PRISON, 63, "CUSTODY", "after the last day of the sentence, 2 August 2026"),
        (PRISON, 9, "COMMUNITY", "Add the sentence first"),
        (COMMUNITY, 9, "CUSTODY", "no release to plan"),
    ],
)
def test_a_release_that_cannot_be_is_not_planned(state, days, kind, says, be, person, officer, client_as):
    be(state)
    Sentence.objects.update(kind=kind, release_on=None)
    assert says in plan(client_as(officer), person, TODAY + timedelta(days=days))
    assert Sentence.objects.get().release_on is None
