"""The first way in, on paper: a code that is given once, works once, and tells a stranger nothing."""

from __future__ import annotations

import re
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from people import services
from people.models import MOST_TRIES, CodeLetter, LockOut, Message, User
from people.sign_in import code_letters
from people.sign_in.views import entry
from tests.conftest import NOW, TODAY, service_account
from tests.people.factors import take_the_same_time
from tests.threads import as_we_are

pytestmark = pytest.mark.django_db
START = "/start/"
BORN = {"born_on-day": "9", "born_on-month": "3", "born_on-year": "2004"}
WRONG_DAY = BORN | {"born_on-day": "10"}


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def unreached(make_participant, officer):
    """Someone with neither a phone nor an e-mail on record."""
    return make_participant("Sam", "Nophone", "X100009", officer, phone="", email="")


def give(person, by, now=None) -> str:
    return code_letters.give(participant=person, by=by, now=now or datetime.now(UTC))


def enter(code: str, born=BORN, client: Client | None = None):
    return (client or Client()).post(START, {"code": code, **born})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_code_and_a_date_of_birth_let_the_person_in(unreached, officer):
    client = Client()

    answer = enter(give(unreached, officer), client=client)

    assert int(client.session["_auth_user_id"]) == unreached.user_id
    assert answer["Location"] == "/me/codes/"


def test_who_can_be_reached_is_asked_whether_that_still_holds(participant, officer):
    """Who needs a code on paper may have lost the phone that codes went to."""
    assert enter(give(participant, officer))["Location"] == reverse("people:my-contact-point")


def test_it_is_read_as_people_type(participant, officer):
    code = give(participant, officer)

    assert enter(f" {code.lower().replace('-', ' ')} ").status_code == 302


def test_it_dies_with_its_use(participant, officer):
    code = give(participant, officer)
    enter(code)
    again = Client()

    enter(code, client=again)

    assert not is_in(again)


def test_a_new_one_ends_the_old_one(participant, officer):
    old, new = give(participant, officer), give(participant, officer)
    first, second = Client(), Client()

    enter(old, client=first)
    enter(new, client=second)

    assert (is_in(first), is_in(second)) == (False, True)


@pytest.mark.parametrize(
    ("at", "works"),
    [
        (datetime(2026, 6, 8, 22, 59, 59, tzinfo=UTC), True),  # 23:59:59 in London on the seventh day
        (datetime(2026, 6, 8, 23, 0, 0, tzinfo=UTC), False),
    ],
)
def test_it_works_to_the_last_second_of_the_seventh_day(participant, officer, at, works):
    code = give(participant, officer, now=NOW)

    found = code_letters.enter(code=code, born_on=date(2004, 3, 9), now=at)

    assert (found is not None) is works


def test_five_wrong_dates_lock_it(participant, officer):
    code = give(participant, officer)
    answers = [enter(code, WRONG_DAY) for _ in range(MOST_TRIES)]
    client = Client()

    enter(code, client=client)

    assert [answer.status_code for answer in answers] == [200] * MOST_TRIES
    assert CodeLetter.objects.get().is_locked
    assert not is_in(client)


def test_a_form_that_would_be_rolled_back_is_refused_unread(participant, officer):
    answer = Client().post(START, {"code": give(participant, officer), "_idempotency_key": str(uuid.uuid4()), **BORN})

    assert answer.status_code == 400
    assert CodeLetter.objects.get().used_at is None


@pytest.mark.django_db(transaction=True)
def test_of_many_wrong_tries_at_once_no_more_than_five_are_compared(participant, officer, monkeypatch):
    code, compared, together = give(participant, officer), [], threading.Barrier(20)
    theirs = code_letters._is_theirs
    monkeypatch.setattr(code_letters, "_is_theirs", lambda tried, born: compared.append(1) or theirs(tried, born))

    def guess(_: int) -> int:
        together.wait(10)
        try:
            return enter(code, WRONG_DAY).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(as_we_are(guess), range(20)))

    assert (len(compared), CodeLetter.objects.get().wrong_tries) == (MOST_TRIES, MOST_TRIES)
    assert set(answers) <= {200, 429}


def test_four_wrong_dates_do_not(participant, officer):
    code = give(participant, officer)
    for _ in range(MOST_TRIES - 1):
        enter(code, WRONG_DAY)

    assert enter(code).status_code == 302


def test_the_same_is_said_whatever_is_wrong(participant, other_participant, officer, other_officer):
    known, used = give(participant, officer), give(other_participant, other_officer)
    enter(used)
    said = set()
    for code, born in ((known, WRONG_DAY), ("ACDEF-GHJKM", BORN), (used, BORN)):
        page = enter(code, born).content.decode()
        page = re.sub(r'nonce="[^"]+"|csrfmiddlewaretoken" value="[^"]+"|value="[^"]*"', "", page)
        said.add(page)

    assert len(said) == 1
    assert "do not go together" in said.pop()


def test_it_takes_as_long_whatever_is_wrong(participant, officer, monkeypatch):
    monkeypatch.setattr(entry, "LIMITS", {})
    code = give(participant, officer)

    assert take_the_same_time(lambda: enter(code, WRONG_DAY), lambda: enter("ACDEF-GHJKM", WRONG_DAY), rounds=4)


def test_the_code_is_nowhere_in_the_database(participant, officer):
    code = give(participant, officer)
    with connection.cursor() as cursor:
        cursor.execute("select p::text from people_codeletter p")
        kept = cursor.fetchone()[0]

    assert code not in kept
    assert code.replace("-", "") not in kept


def test_no_two_letters_of_it_are_taken_for_each_other():
    for pair in ("0O", "1I", "5S", "8B", "2Z", "UV", "1L"):
        assert not set(pair) <= set(code_letters.LETTERS)


def test_many_tries_from_one_place_wait():
    answers = [enter("ACDEF-GHJKM") for _ in range(21)]

    assert {answer.status_code for answer in answers[:20]} == {200}
    assert answers[20].status_code == 429


def test_a_closed_account_stays_closed(participant, officer):
    code = give(participant, officer)
    User.objects.filter(pk=participant.user_id).update(is_active=False)
    client = Client()

    enter(code, client=client)

    assert not is_in(client)


def test_who_has_left_is_given_none(participant, officer):
    participant.left_on = TODAY
    participant.save(update_fields=["left_on"])

    with pytest.raises(code_letters.NoLongerHere):
        give(participant, officer, now=NOW)


# --- On the practitioner's side ---


def test_a_practitioner_gives_one_and_sees_it_once(participant, officer, client_as):
    client = client_as(officer)
    given = client.post(reverse("people:code-letter", args=[participant.ref]))
    shown, again = client.get(given["Location"]), client.get(given["Location"])

    code = shown.context["code"]
    assert code in shown.content.decode()
    assert "testserver" not in shown.content.decode()
    assert again["Location"] == reverse("people:person-details", args=[participant.ref])
    assert enter(code).status_code == 302


def test_who_may_not_see_the_person_gives_none(participant, other_officer, client_as):
    answer = client_as(other_officer).post(reverse("people:code-letter", args=[participant.ref]))

    assert answer.status_code == 404
    assert not CodeLetter.objects.exists()


def test_it_opens_the_pages_of_someone_with_neither_phone_nor_e_mail(unit, officer):
    from people.models import Participant

    person = Participant.objects.create(
        given_name="Sam", family_name="New", crn="X100010", date_of_birth=date(2004, 3, 9), delivery_unit=unit,
        risk_band="LOW", joined_on=TODAY,
    )  # fmt: skip

    code = give(person, officer)
    person.refresh_from_db()

    assert person.user.code_letter_since is not None
    assert enter(code).status_code == 302


def test_an_account_that_nothing_reaches_is_refused_by_the_database(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(name="Nobody")


def test_one_open_code_for_each_person(participant, officer):
    give(participant, officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        CodeLetter.objects.create(
            participant=participant, proof="x", given_by=officer, given_at=NOW, works_until=NOW + timedelta(days=1)
        )


@pytest.mark.parametrize("wrong", [{"wrong_tries": 6}, {"works_until": NOW}, {"used_at": NOW, "withdrawn_at": NOW}])
def test_the_database_keeps_what_a_code_promises(participant, officer, wrong):
    fields = {"proof": "x", "given_by": officer, "given_at": NOW, "works_until": NOW + timedelta(days=1)}
    with pytest.raises(IntegrityError), transaction.atomic():
        CodeLetter.objects.create(participant=participant, **(fields | wrong))


# --- And then: where can we send codes? ---


def sent_code() -> str:
    return re.search(r"^(\S+) is your", Message.objects.latest("pk").body)[1]


def test_a_phone_is_written_down_once_a_code_came_back_from_it(unreached, client_as):
    client = client_as(unreached.user)
    client.post("/me/codes/", {"to": "07700 900 555"})
    unreached.refresh_from_db()
    before = str(unreached.phone)
    client.post("/me/codes/confirm/", {"code": sent_code()})

    unreached.refresh_from_db()
    unreached.user.refresh_from_db()
    assert before == ""
    assert str(unreached.phone) == str(unreached.user.phone) == "+447700900555"
    assert unreached.user.code_letter_since is None


def test_an_e_mail_address_too(unreached, client_as):
    client = client_as(unreached.user)
    client.post("/me/codes/", {"to": "Sam@Test.example"})
    client.post("/me/codes/confirm/", {"code": sent_code()})

    unreached.refresh_from_db()
    assert unreached.email == "sam@test.example"


def test_three_wrong_codes_end_it(unreached, client_as):
    client = client_as(unreached.user)
    client.post("/me/codes/", {"to": "07700 900 555"})
    code = sent_code()
    for _ in range(3):
        client.post("/me/codes/confirm/", {"code": "WRONG9"})
    client.post("/me/codes/confirm/", {"code": code})

    unreached.refresh_from_db()
    assert str(unreached.phone) == ""


def test_no_second_session_begins_the_tries_again(unreached, client_as):
    first, second = client_as(unreached.user), client_as(unreached.user)
    first.post("/me/codes/", {"to": "07700 900 555"})
    code, kept = sent_code(), first.session["reach_at"]
    for _ in range(3):
        first.post("/me/codes/confirm/", {"code": "WRONG9"})
    session = second.session
    session["reach_at"] = kept  # as the first one's session was before it was guessed at
    session.save()

    second.post("/me/codes/confirm/", {"code": code})

    unreached.refresh_from_db()
    assert str(unreached.phone) == ""


def test_an_account_has_ten_tries_an_hour_however_many_codes_it_asks_for(unreached, client_as):
    client = client_as(unreached.user)
    for number in range(4):
        client.post("/me/codes/", {"to": f"07700 900 5{number}5"})
        for _ in range(3):
            client.post("/me/codes/confirm/", {"code": "WRONG9"})

    refused = client.post("/me/codes/", {"to": "07700 900 777"})

    assert "tried too often" in refused.content.decode()
    assert Message.objects.filter(address="+447700900777").count() == 0


def test_a_code_that_came_too_late_ends_it(unreached, client_as):
    client = client_as(unreached.user)
    client.post("/me/codes/", {"to": "07700 900 555"})
    with time_machine.travel(time.time() + 601):
        client.post("/me/codes/confirm/", {"code": sent_code()})

    unreached.refresh_from_db()
    assert str(unreached.phone) == ""


def test_a_number_that_another_account_has_looks_the_same_and_is_not_taken(unreached, participant, client_as):
    client = client_as(unreached.user)
    pages = []
    for number in ("07700 900 555", "07700 900 001"):
        answer = client.post("/me/codes/", {"to": number})
        page = client.get(answer["Location"]).content.decode()
        pages.append(re.sub(r'\b07700 900\d{3}|nonce="[^"]+"|value="[^"]*"', "", page))

    assert pages[0] == pages[1]
    assert Message.objects.filter(address="+447700900001").count() == 0
    client.post("/me/codes/confirm/", {"code": "-"})
    unreached.refresh_from_db()
    assert str(unreached.phone) == ""


def test_a_practitioner_can_change_the_rest_of_who_is_only_reached_on_paper(unreached):
    services.change_contact(
        participant=unreached,
        preferred_name="Sammy",
        phone="",
        email="",
        address="",
        outcode="PR1",
        by=service_account(),
        now=NOW,
    )

    unreached.refresh_from_db()
    assert unreached.preferred_name == "Sammy"
    assert not LockOut.objects.exists()


def test_who_said_not_now_finds_the_page_again_from_home(unreached, participant, client_as):
    asked, known = (client_as(person.user).get("/me/").content.decode() for person in (unreached, participant))

    assert "Tell us where to send your codes" in asked
    assert "Tell us where to send your codes" not in known
    assert known.count('href="/me/codes/"') == 1


def test_the_phone_used_before_is_told_of_the_new_one(participant, client_as):
    client = client_as(participant.user)
    client.post("/me/codes/", {"to": "07700 900 555"})
    client.post("/me/codes/confirm/", {"code": sent_code()})

    told = Message.objects.latest("pk")
    assert told.address == "+447700900001"
    assert "If that was not you" in told.body
