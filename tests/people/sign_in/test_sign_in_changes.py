"""Changes of where someone signs in: who hears of them, who confirms them, and what waits until then."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from common.errors import RuleBroken
from common.saving import save_or_refuse
from people import services, work_items
from people.access import sign_in_changes, sign_in_messages
from people.access.sign_in_changes import ACTS, NotOpen, NotWithThis, OwnDoing
from people.models import AccountEvent, Channel, CircleMember, Message, Participant, SignInChange, User
from people.sign_in import code_letters
from tests.conftest import NOW, TODAY
from tests.people.sign_in.test_code_letters import enter, give, is_in
from tests.people.sign_in.test_sign_in import the_code
from tests.states import SAME, cells, outcome_of
from tests.worklists import waiting

pytestmark = pytest.mark.django_db
State, Kind = SignInChange.State, SignInChange.Kind
SETTLED = "This has been answered already. It says: {}."
TABLE = {
    "confirm": {
        "NOTED": (NotOpen, SETTLED.format("noted")), "WAITING": "CONFIRMED", "DISPUTED": "CONFIRMED",
        "CONFIRMED": (NotOpen, SETTLED.format("confirmed")), "REFUSED": (NotOpen, SETTLED.format("not theirs")),
    },
    "refuse": {
        "NOTED": "REFUSED", "WAITING": "REFUSED", "DISPUTED": "REFUSED", "CONFIRMED": "REFUSED",
        "REFUSED": (NotOpen, SETTLED.format("not theirs")),
    },
    "dispute": {
        "NOTED": "DISPUTED", "WAITING": "DISPUTED", "CONFIRMED": "DISPUTED", "DISPUTED": SAME, "REFUSED": SAME,
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_code_was_asked_for_yet():
    """Of codes to one number three a minute are sent, and these tests ask for many."""
    cache.clear()


@pytest.fixture
def colleague(make_user, team):
    return make_user("Cole League", "PRACTITIONER", team)


@pytest.fixture
def letter(participant, officer) -> SignInChange:
    give(participant, officer)
    return participant.sign_in_changes.get(kind=Kind.LETTER)


@pytest.fixture
def known(participant, manager) -> Participant:
    """The person, whose first way in was confirmed."""
    sign_in_changes.confirm(change=first(participant), by=manager, now=NOW)
    return participant


def first(person) -> SignInChange:
    return person.sign_in_changes.earliest("pk")


def newest(person) -> SignInChange:
    return person.sign_in_changes.latest("pk")


def move_phone(person, phone: str, by) -> SignInChange:
    services.change_contact(
        participant=person, preferred_name="", phone=phone, email="", address="", outcode="PR1", by=by, now=NOW
    )
    return newest(person)


def told(address: str) -> str:
    return Message.objects.filter(address=address).latest("pk").words


def answers(answer: str) -> dict[str, str]:
    """What the page's form sends. A page that is shown again under this key changes nothing."""
    return {"answer": answer, "_idempotency_key": str(uuid.uuid4())}


def link_in(words: str) -> str:
    return re.search(r"/was-this-you/\S+", words)[0]


def lines(user) -> list:
    return [item for item in waiting(work_items, user, today=TODAY, now=NOW) if item.kind == "Sign-in"]


# --- The states ----------------------------------------------------------------------------------


def test_the_table_has_every_act_and_every_state():
    assert set(TABLE) == set(ACTS)
    assert all(set(row) == set(State) for row in TABLE.values())


@cells(TABLE)
def test_each_act_on_a_change_goes_as_the_table_says(act, state, expected, letter, manager):
    answered = {"answered_by": manager, "answered_at": NOW} if state in ("CONFIRMED", "REFUSED") else {}
    SignInChange.objects.filter(pk=letter.pk).update(state=state, disputed_at=NOW, **answered)
    acts = {
        "confirm": lambda: sign_in_changes.confirm(change=letter, by=manager, now=NOW),
        "refuse": lambda: sign_in_changes.refuse(change=letter, by=manager, now=NOW),
        "dispute": lambda: sign_in_changes.dispute(change=letter, now=NOW),
    }

    found = outcome_of(acts[act], lambda: SignInChange.objects.get(pk=letter.pk).state, expected)

    assert found == expected


# --- Who may confirm -----------------------------------------------------------------------------


def test_whoever_gave_a_way_in_neither_confirms_nor_refuses_it(letter, officer):
    for act in (sign_in_changes.confirm, sign_in_changes.refuse):
        with pytest.raises(OwnDoing):
            act(change=letter, by=officer, now=NOW)

    with pytest.raises(IntegrityError, match="nobody_confirms"), transaction.atomic():
        SignInChange.objects.filter(pk=letter.pk).update(state="CONFIRMED", answered_by=officer, answered_at=NOW)


def test_whoever_wrote_the_number_does_not_confirm_the_account_that_someone_else_opened(
    make_participant, officer, colleague, manager
):
    person = make_participant("Sam", "New", "X100055", officer, phone="")
    person.user = None
    person.save()
    User.objects.filter(participant=None, name=person.name).update(is_active=False)
    services.change_contact(
        participant=person, preferred_name="", phone="+447700900666", email="", address="", outcode="PR1", by=officer,
        now=NOW,
    )  # fmt: skip
    services.open_portal(participant=person, by=colleague, today=TODAY, now=NOW)
    change = newest(person)

    assert change.hands == {colleague.pk, officer.pk}
    with pytest.raises(OwnDoing):
        sign_in_changes.confirm(change=change, by=officer, now=NOW)
    assert sign_in_changes.confirm(change=change, by=manager, now=NOW).pk == change.pk


def test_whoever_took_the_number_in_with_a_file_does_not_confirm_it_and_has_a_say_over_money(officer, manager, unit):
    person = save_or_refuse(
        Participant(given_name="Sam", family_name="Filed", crn="X100056", date_of_birth=TODAY, delivery_unit=unit,
                    risk_band="LOW", joined_on=TODAY, phone="+447700900667"),
        by=manager,
    )  # fmt: skip
    services.open_portal(participant=person, by=officer, today=TODAY, now=NOW)

    change = newest(person)
    assert (change.hands, change.givers) == ({officer.pk, manager.pk}, {officer.pk})
    assert list(sign_in_changes.gave_lately(manager, NOW)) == []
    assert list(sign_in_changes.gave_lately(officer, NOW)) == [person.pk]


def test_what_was_set_through_a_way_in_is_nothing_that_its_giver_confirms(letter, participant, officer, manager):
    by = participant.user
    by.way_in_id = letter.pk
    code_letters.set_contact_point(
        participant=participant, channel=Channel.SMS, address="+447700900555", by=by, now=NOW
    )
    through = newest(participant)

    assert (through.state, through.through, through.hands) == ("WAITING", letter, {by.pk, officer.pk})
    with pytest.raises(OwnDoing):
        sign_in_changes.confirm(change=through, by=officer, now=NOW)

    sign_in_changes.confirm(change=letter, by=manager, now=NOW)
    through.refresh_from_db()
    assert (through.state, through.answered_by) == ("CONFIRMED", manager)


def test_a_way_in_through_a_confirmed_one_waits_for_nobody(letter, participant, manager):
    sign_in_changes.confirm(change=letter, by=manager, now=NOW)
    by = participant.user
    by.way_in_id = letter.pk
    code_letters.set_contact_point(
        participant=participant, channel=Channel.SMS, address="+447700900555", by=by, now=NOW
    )

    assert newest(participant).state == "NOTED"


# --- On whose list -------------------------------------------------------------------------------


def test_a_way_in_is_on_the_list_of_everyone_in_the_team_but_its_giver(
    letter, participant, officer, colleague, manager, other_officer
):
    sign_in_changes.confirm(change=first(participant), by=manager, now=NOW)

    for user in (colleague, manager):
        [line] = lines(user)
        assert line.subject == letter
        assert line.url == reverse("people:sign-in-change", args=[participant.ref, letter.pk])
    assert lines(officer) == lines(other_officer) == []


def test_one_press_on_the_list_confirms_it_and_it_is_on_nobodys_list(
    letter, participant, manager, colleague, client_as
):
    sign_in_changes.confirm(change=first(participant), by=manager, now=NOW)
    [line] = lines(colleague)

    client_as(colleague).post(line.url, answers("yes"))

    letter.refresh_from_db()
    assert (letter.state, letter.answered_by) == ("CONFIRMED", colleague)
    assert lines(manager) == []


def test_a_letter_that_nobody_can_use_any_more_waits_for_nobody(letter, participant, officer, manager):
    sign_in_changes.confirm(change=first(participant), by=manager, now=NOW)
    participant.code_letters.update(works_until=NOW + timedelta(seconds=1), given_at=NOW)
    assert len(lines(manager)) == 1

    participant.code_letters.update(withdrawn_at=NOW)
    assert lines(manager) == []


def test_a_letter_that_was_used_waits_even_when_it_is_too_old(letter, participant, manager):
    participant.code_letters.update(used_at=NOW, works_until=NOW + timedelta(seconds=1), given_at=NOW)

    assert letter in [line.subject for line in lines(manager)]


# --- The earlier address -------------------------------------------------------------------------


def test_the_earlier_number_is_told_and_its_yes_confirms_what_staff_changed(known, officer):
    change = move_phone(known, "+447700900555", officer)
    words = told("+447700900001")

    assert "ending 555. Was that you?" in words
    client = Client()
    page = client.get(link_in(words)).content.decode()
    assert "Yes, it was me" in page
    assert known.family_name not in page
    client.post(link_in(words), answers("yes"))

    change.refresh_from_db()
    assert (change.state, change.answered_by) == ("CONFIRMED", known.user)


def test_a_number_that_nobody_confirmed_confirms_no_other(known, officer):
    """Staff change it to a phone of their own, and then again: the first phone's yes is worth nothing."""
    move_phone(known, "+447700900555", officer)
    change = move_phone(known, "+447700900556", officer)
    words = told("+447700900555")

    assert "If that was not you" in words
    assert "Yes, it was me" not in Client().get(link_in(words)).content.decode()
    Client().post(link_in(words), answers("yes"))
    with pytest.raises(NotWithThis):
        sign_in_changes.confirm(change=change, by=known.user, now=NOW)
    change.refresh_from_db()
    assert change.state == "WAITING"


def test_a_no_from_the_earlier_number_ends_every_session_and_is_on_the_list(known, officer, manager, client_as):
    inside = client_as(known.user)
    change = move_phone(known, "+447700900555", officer)

    answer = Client().post(link_in(told("+447700900001")), answers("no"), follow=True)

    assert "Everyone is signed out" in answer.content.decode()
    assert inside.get("/me/").status_code == 302
    [line] = lines(manager)
    assert (line.subject, line.urgency) == (change, 20)
    assert lines(officer) == []


def test_codes_go_back_where_they_went_once_it_was_not_them(known, officer, manager):
    change = move_phone(known, "+447700900555", officer)

    sign_in_changes.refuse(change=change, by=manager, now=NOW)

    known.refresh_from_db()
    known.user.refresh_from_db()
    assert (str(known.phone), str(known.user.phone)) == ("+447700900001", "+447700900001")
    assert told("+447700900001") == "Your Good Lives codes come here again."


def test_a_number_that_is_someone_elses_by_now_is_not_given_back(known, other_participant, officer, manager):
    change = move_phone(known, "+447700900555", officer)
    User.objects.filter(pk=other_participant.user_id).update(phone="+447700900001")

    sign_in_changes.refuse(change=change, by=manager, now=NOW)

    account = User.objects.get(pk=known.user_id)
    assert (account.phone, account.code_letter_since) == (None, NOW)


def test_nobody_signs_in_by_a_number_that_was_said_not_to_be_theirs(known, officer):
    change = move_phone(known, "+447700900555", officer)
    sign_in_changes.dispute(change=change, now=NOW)
    client = Client()
    client.post("/accounts/login/code/", {"to": "07700 900 555"})
    code = re.match(r"\S+", told("+447700900555"))[0]

    answer = client.post("/accounts/login/code/confirm/", {"code": code})

    assert answer.status_code == 403
    assert "You cannot sign in this way now" in answer.content.decode()
    assert not is_in(client)


def test_a_link_that_was_changed_or_is_too_old_says_so(known, officer, monkeypatch):
    move_phone(known, "+447700900555", officer)
    address = link_in(told("+447700900001"))

    assert Client().get(address.replace(":", ":x", 1)).status_code == 404
    monkeypatch.setattr(sign_in_messages, "LINK_DAYS", -1)
    assert Client().get(address).status_code == 404


# --- Staff ---------------------------------------------------------------------------------------


def test_a_changed_password_is_told_and_shown_and_can_be_denied(officer, administrator, client_as, settings):
    settings.SECOND_FACTOR = False
    officer.set_password("four plain words here")
    officer.save()
    client = Client()
    client.post("/accounts/login/", {"login": officer.email, "password": "four plain words here"})
    client.post("/accounts/password/change/", {
        "oldpassword": "four plain words here", "password1": "other plain words now",
        "password2": "other plain words now",
    })  # fmt: skip

    assert "password of your Good Lives account was changed" in told(officer.email)
    page = client.get("/accounts/").content.decode()
    assert "It was changed by someone who was signed in" in page
    change = officer.sign_in_changes.get()

    answer = client.post(reverse("people:own-sign-in-change", args=[change.pk]), answers("no"), follow=True)

    officer.refresh_from_db()
    assert "The account is closed" in answer.content.decode()
    assert not officer.is_active
    assert not is_in(client)
    assert officer.events.get().kind == AccountEvent.Kind.SUSPENDED
    assert officer.name in client_as(administrator).get(reverse("people:account-list")).content.decode()


def test_the_link_in_an_e_mail_lets_staff_close_their_account(officer):
    change = sign_in_changes.record(account=officer, kind=Kind.PASSWORD, what="It was changed", by=officer, now=NOW)

    Client().post(link_in(told(officer.email)), answers("no"))

    officer.refresh_from_db()
    change.refresh_from_db()
    assert (officer.is_active, change.state) == (False, "DISPUTED")


def test_nobody_answers_for_anothers_account(officer, colleague, client_as):
    change = sign_in_changes.record(account=officer, kind=Kind.PASSWORD, what="It was changed", by=officer, now=NOW)

    assert client_as(colleague).post(f"/me/sign-in/{change.pk}/", answers("no")).status_code == 404

    change.refresh_from_db()
    assert change.state == "NOTED"


def test_its_owner_says_that_it_was_them_and_is_asked_no_more(known, client_as):
    client, change = client_as(known.user), first(known)
    SignInChange.objects.filter(pk=change.pk).update(at=datetime.now(UTC))
    assert "How you sign in has changed" in client.get("/me/").content.decode()

    client.post(f"/me/sign-in/{change.pk}/", answers("yes"))

    assert "How you sign in has changed" not in client.get("/me/").content.decode()
    assert first(known).noticed_at


# --- What waits ----------------------------------------------------------------------------------


@pytest.fixture
def by_letter(participant, officer) -> Client:
    """Someone who came in by a letter that the officer alone gave."""
    client = Client()
    enter(give(participant, officer), client=client)
    return client


def test_whoever_comes_in_by_a_letter_reads_that_they_are_being_checked(by_letter, participant, manager, team):
    assert f"{team.name} will tell us that it is you" in by_letter.get("/me/").content.decode()

    sign_in_changes.confirm(change=participant.sign_in_changes.get(kind=Kind.LETTER), by=manager, now=NOW)

    assert "will tell us that it is you" not in by_letter.get("/me/").content.decode()


def test_a_code_to_a_confirmed_phone_needs_nothing_more(known):
    client = Client()
    client.post("/accounts/login/code/", {"to": "07700 900 001"})
    code = re.match(r"\S+", told("+447700900001"))[0]

    client.post("/accounts/login/code/confirm/", {"code": code})

    assert is_in(client)
    assert "will tell us" not in client.get("/me/").content.decode()


def test_a_code_to_a_phone_that_staff_wrote_down_waits(participant):
    client = Client()
    client.post("/accounts/login/code/", {"to": "07700 900 001"})
    code = re.match(r"\S+", told("+447700900001"))[0]

    client.post("/accounts/login/code/confirm/", {"code": code})

    assert "will tell us that it is you" in client.get("/me/").content.decode()


def test_who_was_found_not_to_be_them_is_out_at_once(by_letter, participant, manager):
    sign_in_changes.refuse(change=participant.sign_in_changes.get(kind=Kind.LETTER), by=manager, now=NOW)

    assert by_letter.get("/me/").status_code == 302


@pytest.fixture
def member(participant, volunteer) -> CircleMember:
    return services.add_to_circle(
        participant=participant, user=volunteer, relationship="VOLUNTEER", by=volunteer, today=TODAY, now=NOW
    )


def test_what_is_ticked_in_the_circle_waits_and_counts_once_it_is_them(member, letter, participant, manager):
    by = participant.user
    services.share(member=member, groups=["CONTACT"], by=by, today=TODAY)
    by.unconfirmed_way = letter
    services.share(member=member, groups=["GOALS"], by=by, today=TODAY)

    member.refresh_from_db()
    assert (member.may_see, member.ticked) == ([], ["GOALS"])  # what is taken away counts at once

    sign_in_changes.confirm(change=letter, by=manager, now=NOW)
    member.refresh_from_db()
    assert (member.may_see, member.asked_to_see, member.waits_for) == (["GOALS"], [], None)


def test_what_someone_else_ticked_is_never_shared(member, letter, participant, manager):
    by = participant.user
    by.unconfirmed_way = letter
    services.share(member=member, groups=["GOALS"], by=by, today=TODAY)

    sign_in_changes.refuse(change=letter, by=manager, now=NOW)

    member.refresh_from_db()
    assert (member.may_see, member.ticked, member.waits_for) == ([], [], None)


def test_the_person_reads_that_it_waits_and_for_whom(by_letter, member, team):
    name = f"m{member.pk}-groups"
    page = by_letter.post("/me/circle/", {"member": member.pk, name: ["GOALS"]}, follow=True).content.decode()

    assert f"It waits for {team.name} to confirm that it is you." in page
    member.refresh_from_db()
    assert member.may_see == []


def test_an_unknown_answer_changes_nothing_and_says_what_to_do(letter, participant, manager, client_as):
    page = client_as(manager).post(
        reverse("people:sign-in-change", args=[participant.ref, letter.pk]), {"answer": "maybe"}
    )

    assert "Say whether it is them." in page.content.decode()
    letter.refresh_from_db()
    assert letter.state == "WAITING"


def test_two_confirm_at_once_and_the_second_reads_that_it_is_done(letter, colleague, manager):
    sign_in_changes.confirm(change=letter, by=manager, now=NOW)

    with pytest.raises(RuleBroken, match="It says: confirmed"):
        sign_in_changes.confirm(change=letter, by=colleague, now=NOW)


# --- What a reviewer found -----------------------------------------------------------------------


def in_session_of(person, letter) -> User:
    """The account, as in a request of a session that the letter began."""
    user = User.objects.get(pk=person.user_id)
    user.way_in_id, user.unconfirmed_way = letter.pk, letter
    return user


def sign_in_by_code(address: str) -> Client:
    client = Client()
    client.post(reverse("account_request_login_code"), {"to": address})
    client.post(reverse("account_confirm_login_code"), {"code": the_code()})
    return client


def test_the_link_that_says_yes_is_read_by_nobody_but_the_earlier_address(known, manager, client_as, settings):
    """Whoever moved the number read the link in the outbox, and said yes as the person."""
    settings.DEMO = False
    change = move_phone(known, "+447700900777", manager)
    row = Message.objects.get(dedupe_key=f"sign-in-change:{change.pk}")

    assert "/was-this-you/" in row.secret
    assert "/was-this-you/" not in row.body
    assert "/was-this-you/" not in client_as(manager).get("/outbox/").content.decode()


def test_whoever_moved_it_says_no_yes_behind_the_link_while_signed_in(known, officer, client_as):
    change = move_phone(known, "+447700900777", officer)
    link = link_in(told("+447700900001"))

    client_as(officer).post(link, answers("yes"))

    change.refresh_from_db()
    assert change.state == "WAITING"


def test_each_address_has_the_hands_of_whoever_wrote_it(make_participant, officer, manager):
    """One writer was named for both, so that the other confirmed their own address."""
    person = make_participant("Sam", "New", "X100055", officer, phone="")
    Participant.objects.filter(pk=person.pk).update(user=None)
    person = Participant.objects.get(pk=person.pk)
    contact = {"participant": person, "preferred_name": "", "address": "", "outcode": "PR1", "now": NOW}
    services.change_contact(**contact, phone="+447700900666", email="", by=officer)
    services.change_contact(**contact, phone="+447700900666", email="mine@test.example", by=manager)

    services.open_portal(participant=person, by=officer, today=TODAY, now=NOW)

    written = {each.kind: each.written_by for each in person.sign_in_changes.all()}
    assert written == {"PHONE": officer, "EMAIL": manager}
    with pytest.raises(OwnDoing):
        sign_in_changes.confirm(change=person.sign_in_changes.get(kind=Kind.EMAIL), by=manager, now=NOW)
    assert list(sign_in_changes.gave_lately(manager, NOW)) == [person.pk]


def test_a_number_that_was_typed_again_later_is_the_later_writers(make_participant, officer, manager):
    person = make_participant("Sam", "New", "X100055", officer, phone="+447700900666")
    Participant.objects.filter(pk=person.pk).update(user=None)
    person = Participant.objects.get(pk=person.pk)
    User.objects.filter(phone="+447700900666").update(phone=None, code_letter_since=NOW)
    for phone, by in [("", officer), ("+447700900666", manager)]:
        services.change_contact(
            participant=person, preferred_name="", phone=phone, email="", address="", outcode="PR1", by=by, now=NOW
        )

    services.open_portal(participant=person, by=officer, today=TODAY, now=NOW)

    assert newest(person).written_by == manager
    assert newest(person).typed


def test_whoever_confirms_a_letter_reads_what_it_was_used_for(known, officer, manager, client_as):
    code = give(known, officer)
    letter = known.sign_in_changes.get(kind=Kind.LETTER)
    client = Client()
    enter(code, client=client)
    assert is_in(client)
    code_letters.set_contact_point(
        participant=known, channel=Channel.SMS, address="+447700900778", by=in_session_of(known, letter), now=NOW
    )

    page = client_as(manager).get(reverse("people:sign-in-change", args=[known.ref, letter.pk])).content.decode()

    assert "Codes go to the phone number ending 778" in page
    assert "Code on paper used" in page


def test_an_address_set_as_its_way_in_is_refused_is_nobodys(known, officer, manager, letter):
    impostor = in_session_of(known, letter)
    sign_in_changes.refuse(change=letter, by=manager, now=NOW)

    with pytest.raises(sign_in_changes.WasStopped):
        code_letters.set_contact_point(
            participant=known, channel=Channel.SMS, address="+447700900998", by=impostor, now=NOW
        )
    assert str(Participant.objects.get(pk=known.pk).phone) == "+447700900001"


def test_by_a_way_in_that_waits_nobody_takes_the_warning_away(known, officer):
    change = move_phone(known, "+447700900777", officer)
    client = sign_in_by_code("+447700900777")
    assert is_in(client)

    client.post(reverse("people:own-sign-in-change", args=[change.pk]), answers("yes"))

    assert change in sign_in_changes.unnoticed(known.user, NOW)
    assert "That is right" not in client.get("/me/").content.decode()


def test_a_letter_given_after_the_number_was_moved_is_told_to_an_address_that_is_theirs(known, officer, manager):
    services.change_contact(
        participant=known, preferred_name="", phone="+447700900001", email="jordan@home.example", address="",
        outcode="PR1", by=officer, now=NOW,
    )  # fmt: skip
    sign_in_changes.confirm(change=newest(known), by=manager, now=NOW)
    for address in ("jordan@home.example", ""):
        later = NOW + timedelta(minutes=5 if address else 9)
        services.change_contact(
            participant=known, preferred_name="", phone="+447700900777", email=address, address="", outcode="PR1",
            by=officer, now=later,
        )  # fmt: skip
        code_letters.give(participant=known, by=officer, now=later + timedelta(minutes=1))
        letter = known.sign_in_changes.filter(kind=Kind.LETTER).latest("pk")
        assert Message.objects.get(dedupe_key=f"sign-in-change:{letter.pk}").address in (
            ("jordan@home.example",) if address else ("jordan@home.example", "+447700900001")
        )


def test_asking_for_codes_does_not_keep_back_the_warning(known, officer, settings):
    for number in range(settings.SMS_PER_DAY):
        Message.objects.create(
            dedupe_key=f"code:{number}", kind="CODE", channel="SMS", address="+447700900001", body="A code",
            queued_at=NOW - timedelta(hours=1), not_before=NOW,
        )  # fmt: skip

    change = move_phone(known, "+447700900777", officer)

    row = Message.objects.get(dedupe_key=f"sign-in-change:{change.pk}")
    assert (row.address, row.state, row.not_before) == ("+447700900001", "WAITING", NOW)


def test_no_to_a_colleagues_repair_gives_the_codes_to_nobody_but_the_person(known, officer, colleague):
    """The one who had moved them first answered the repair, and had the codes back."""
    move_phone(known, "+447700900777", officer)
    repair = move_phone(known, "+447700900001", colleague)

    sign_in_changes.refuse(change=repair, by=officer, now=NOW)

    person = Participant.objects.get(pk=known.pk)
    assert str(person.user.phone) == str(person.phone) == "+447700900001"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_in_whatever_order_two_changes_are_refused_codes_go_where_they_are_known(known, officer, manager, order):
    changes = [move_phone(known, number, officer) for number in ("+447700900777", "+447700900778")]

    for at in order:
        changes[at].refresh_from_db()
        if changes[at].state == "WAITING":
            sign_in_changes.refuse(change=changes[at], by=manager, now=NOW)

    assert str(User.objects.get(pk=known.user_id).phone) == "+447700900001"
    assert {SignInChange.objects.get(pk=each.pk).state for each in changes} == {"REFUSED"}


def test_the_page_says_where_codes_go_once_it_is_stopped(known, officer, manager, client_as):
    change = move_phone(known, "+447700900777", officer)
    where = reverse("people:sign-in-change", args=[known.ref, change.pk])

    page = client_as(manager).post(where, answers("no"), follow=True).content.decode()

    assert "Codes go to the phone number ending 001." in page


def test_by_a_way_in_that_waits_nobody_disputes_the_persons_own(known, officer, manager):
    services.change_contact(
        participant=known, preferred_name="", phone="+447700900001", email="jordan@home.example", address="",
        outcode="PR1", by=officer, now=NOW,
    )  # fmt: skip
    own = newest(known)
    sign_in_changes.confirm(change=own, by=manager, now=NOW)
    services.change_contact(
        participant=known, preferred_name="", phone="+447700900777", email="jordan@home.example", address="",
        outcode="PR1", by=officer, now=NOW,
    )  # fmt: skip
    client = sign_in_by_code("+447700900777")

    client.post(reverse("people:own-sign-in-change", args=[own.pk]), answers("no"))
    own.refresh_from_db()
    assert own.state == "CONFIRMED"

    client.post(reverse("people:own-sign-in-change", args=[newest(known).pk]), answers("no"))
    assert newest(known).state == "DISPUTED"


# --- A no reaches all that was built on it -------------------------------------------------------


def set_own(person, address: str, way: SignInChange | None = None) -> SignInChange:
    """The person, or whoever is signed in as them, moves their codes."""
    user = in_session_of(person, way) if way else User.objects.get(pk=person.user_id)
    code_letters.set_contact_point(participant=person, channel=Channel.SMS, address=address, by=user, now=NOW)
    return newest(person)


def states(*changes: SignInChange) -> list[str]:
    return [SignInChange.objects.get(pk=each.pk).state for each in changes]


def test_moving_the_codes_twice_does_not_outrun_a_no(known, manager):
    moved, again = set_own(known, "+447700900555"), set_own(known, "+447700900556")

    sign_in_changes.dispute(change=moved, now=NOW)
    assert states(moved, again) == ["DISPUTED", "DISPUTED"]
    sign_in_changes.refuse(change=moved, by=manager, now=NOW)

    assert states(moved, again) == ["REFUSED", "REFUSED"]
    assert str(User.objects.get(pk=known.user_id).phone) == "+447700900001"


def test_a_no_to_a_code_that_was_used_stops_the_code_and_what_was_set_by_it(known, letter, officer, manager, colleague):
    sign_in_changes.confirm(change=letter, by=manager, now=NOW)
    used = SignInChange.objects.create(
        account=known.user, participant=known, kind=Kind.LETTER_USED, what="Code on paper used", through=letter,
        by=known.user, at=NOW,
    )  # fmt: skip
    known.code_letters.update(used_at=NOW)
    moved = set_own(known, "+447700900555", letter)

    sign_in_changes.dispute(change=used, now=NOW)

    assert states(letter, used, moved) == ["DISPUTED"] * 3
    assert {item.subject for item in lines(colleague)} == {letter, moved}
    sign_in_changes.refuse(change=letter, by=colleague, now=NOW)
    assert states(letter, used, moved) == ["REFUSED"] * 3


def test_a_yes_to_one_change_answers_no_other_that_its_owner_denied(known, letter, officer, colleague):
    moved = set_own(known, "+447700900555", letter)
    sign_in_changes.dispute(change=letter, now=NOW)

    sign_in_changes.confirm(change=letter, by=colleague, now=NOW)

    assert states(letter, moved) == ["CONFIRMED", "DISPUTED"]


def test_staff_stop_what_nobody_has_asked_them_about(known, manager, client_as):
    moved = set_own(known, "+447700900555")
    where = reverse("people:sign-in-change", args=[known.ref, moved.pk])
    client = client_as(manager)
    assert "It was not them: stop it" in client.get(where).content.decode()

    client.post(where, answers("no"))

    assert states(moved) == ["REFUSED"]
    assert str(User.objects.get(pk=known.user_id).phone) == "+447700900001"


def test_a_number_that_staff_move_signs_out_whoever_has_the_earlier_phone(known, officer):
    client = sign_in_by_code("+447700900001")
    assert is_in(client)

    move_phone(known, "+447700900777", officer)

    assert client.get("/me/").status_code == 302


def test_a_no_to_a_slip_leaves_the_number_that_was_put_back(known, officer, manager):
    slip = move_phone(known, "+447700900777", officer)
    move_phone(known, "+447700900001", officer)

    sign_in_changes.refuse(change=slip, by=manager, now=NOW)

    assert is_in(sign_in_by_code("+447700900001"))


def test_the_ninety_days_begin_when_a_way_in_is_confirmed_where_that_is_later(known, officer, manager):
    change = move_phone(known, "+447700900777", officer)
    later = NOW + timedelta(days=60)
    sign_in_changes.confirm(change=change, by=manager, now=later)

    assert known.pk in sign_in_changes.gave_lately(officer, NOW + timedelta(days=100))
    assert known.pk not in sign_in_changes.gave_lately(officer, later + timedelta(days=91))


def test_where_codes_go_is_not_pushed_off_the_page_by_codes_on_paper(known, officer):
    moved = move_phone(known, "+447700900777", officer)
    for number in range(8):
        later = NOW + timedelta(minutes=number + 1)
        code_letters.give(participant=known, by=officer, now=later)

    assert sign_in_changes.unnoticed(known.user, NOW + timedelta(hours=1))[0].kind == moved.kind
