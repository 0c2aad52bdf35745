"""How long a sign-in lasts, where one is signed in, and leaving at once."""

from __future__ import annotations

import time

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from people.sign_in import devices
from tests.people.factors import code_of, set_up_app, sign_in

pytestmark = pytest.mark.django_db
MINUTE = 60
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def clock():
    """`clock.move_to` says what time it is."""
    with time_machine.travel(time.time(), tick=False) as moving:
        yield moving


def after(clock, minutes: float) -> None:
    clock.shift(minutes * MINUTE)


# --- Away too long ---


@pytest.mark.parametrize(("minutes", "status"), [(29.9, 200), (30.1, 302)])
def test_staff_are_signed_out_after_thirty_minutes(officer, client_as, clock, minutes, status):
    client = client_as(officer)
    client.get("/people/")

    after(clock, minutes)

    assert client.get("/people/").status_code == status


@pytest.mark.parametrize(("minutes", "status"), [(14.9, 200), (15.1, 302)])
def test_a_participant_is_signed_out_after_fifteen(participant, client_as, clock, minutes, status):
    client = client_as(participant.user)
    client.get("/me/")

    after(clock, minutes)

    assert client.get("/me/").status_code == status


def test_what_is_done_keeps_one_signed_in(participant, client_as, clock):
    client = client_as(participant.user)
    for _ in range(4):
        after(clock, 10)
        assert client.get("/me/").status_code == 200


def test_nobody_is_signed_in_for_more_than_twelve_hours(officer, client_as, clock):
    client = client_as(officer)
    seen = []
    for _ in range(12 * 3 + 1):
        seen.append(client.get("/people/").status_code)
        after(clock, 20)

    assert seen == [200] * 36 + [302]


def test_the_session_itself_is_gone_then(officer, client_as, clock):
    client = client_as(officer)
    key = client.session.session_key

    after(clock, 31)
    client.get("/people/")

    assert not type(client.session)().exists(key)


def test_the_sign_in_page_says_why_and_leads_back(officer, client_as, clock):
    client = client_as(officer)
    after(clock, 31)

    asked = client.get("/people/?q=sam")
    page = client.get(asked["Location"])
    back = client.post(
        asked["Location"], {"login": officer.email, "password": "a long pass phrase", "next": "/people/?q=sam"}
    )

    assert "You were away for a while" in page.content.decode()
    assert 'value="/people/?q=sam"' in page.content.decode()
    assert back["Location"] == "/people/?q=sam"


def test_who_sent_a_form_too_late_comes_back_to_its_page(officer, client_as, clock):
    client = client_as(officer)
    after(clock, 31)

    sent = client.post("/programmes/new/", HTTP_REFERER="http://testserver/programmes/new/?a=1")
    elsewhere = client.post("/programmes/new/", HTTP_REFERER="https://evil.example/page/")

    assert sent["Location"] == "/accounts/login/?next=%2Fprogrammes%2Fnew%2F%3Fa%3D1&why=away"
    assert elsewhere["Location"] == "/accounts/login/?next=%2F"


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(officer, client_as, clock):
    client = client_as(officer)
    after(clock, 31)

    answer = client.get("/people/", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://testserver/alerts/")

    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Falerts%2F&why=away"


def test_a_page_for_everyone_is_shown_all_the_same(officer, client_as, clock):
    client = client_as(officer)
    after(clock, 31)

    assert client.get("/accounts/login/").status_code == 200


# --- Fixation ---


def test_the_key_of_the_session_changes_at_each_step(officer, settings):
    first = Client()
    sign_in(first, officer)
    secret = set_up_app(first)
    client = Client()
    planted = client.session.session_key  # begun by the test client, as an attacker would begin it

    sign_in(client, officer)
    after_password = client.session.session_key
    with time_machine.travel(time.time() + MINUTE):
        client.post("/accounts/second-step/enter/", {"code": code_of(secret)})
        inside = client.session.session_key
        intruder = Client()
        seen = set()
        for key in (planted, after_password):
            intruder.cookies["session"] = key
            seen.add(intruder.get("/people/").status_code)

    assert planted
    assert len({planted, after_password, inside}) == 3
    assert seen == {302}


def test_a_code_and_a_paper_change_it_too(participant, officer):
    from datetime import UTC, datetime

    from people.sign_in import code_letters

    code = code_letters.give(participant=participant, by=officer, now=datetime.now(UTC))
    client = Client()
    planted = client.session.session_key
    client.post("/start/", {"code": code, "born_on-day": "9", "born_on-month": "3", "born_on-year": "2004"})

    assert client.session["_auth_user_id"] == str(participant.user_id)
    assert client.session.session_key != planted


# --- Where I am signed in ---


@pytest.fixture
def two_places(officer):
    here, there = Client(HTTP_USER_AGENT=CHROME), Client(HTTP_USER_AGENT=IPHONE, REMOTE_ADDR="203.0.113.9")
    for client in (here, there):
        sign_in(client, officer)
    return here, there


def test_each_place_is_listed_in_plain_words(two_places):
    page = two_places[0].get("/accounts/sessions/").content.decode()

    assert "Chrome on Windows" in page
    assert "Safari on an iPhone" in page
    assert "203.0.113.9" in page
    assert page.count("Here, now") == 1


def test_one_place_is_signed_out(two_places):
    here, there = two_places
    row = UserSession.objects.get(ip="203.0.113.9")

    here.post(f"/accounts/sessions/{row.pk}/end/")

    assert there.get("/people/").status_code == 302
    assert here.get("/people/").status_code == 200


def test_everywhere_else_is_signed_out(two_places, officer):
    here, there = two_places
    third = Client()
    sign_in(third, officer)

    here.post("/accounts/sessions/end-others/")

    assert [client.get("/people/").status_code for client in (here, there, third)] == [200, 302, 302]


def test_nobody_signs_out_another(two_places, other_officer, client_as):
    here, _ = two_places
    row = UserSession.objects.get(ip="203.0.113.9")

    stranger = client_as(other_officer)
    answer = stranger.post(f"/accounts/sessions/{row.pk}/end/")
    stranger.post("/accounts/sessions/end-others/")

    assert answer.status_code == 404
    assert here.get("/people/").status_code == 200


def test_the_list_says_when_one_was_last_there(two_places, officer, clock):
    here, there = two_places
    after(clock, 10)
    there.get("/people/", REMOTE_ADDR="203.0.113.77")

    row = UserSession.objects.get(ip="203.0.113.77")
    assert row.last_seen_at.timestamp() == pytest.approx(time.time(), abs=1)


def test_the_list_stays_right_when_the_key_changes(officer):
    client = Client()
    sign_in(client, officer)
    set_up_app(client)

    assert [row["here"] for row in client.get("/accounts/sessions/").context["rows"]] == [True]


@pytest.mark.parametrize(
    ("agent", "words"), [("", "An unknown device"), ("curl/8.0", "An unknown device"), (IPHONE, "Safari on an iPhone")]
)
def test_a_device_is_named_or_said_to_be_unknown(agent, words):
    assert devices.in_words(agent) == words


# --- Leaving at once ---


def test_leaving_signs_out_and_goes_elsewhere(participant, client_as):
    client = client_as(participant.user)
    page = client.get("/me/")
    answer = client.post("/accounts/leave/")

    assert 'action="/accounts/leave/"' in page.content.decode()
    assert answer["Location"] == "https://www.bbc.co.uk/weather"
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert "_auth_user_id" not in client.session
    assert client.get("/me/").status_code == 302


def test_the_way_out_is_where_the_setting_says(participant, client_as, settings):
    settings.QUICK_EXIT_URL = "https://weather.example/"

    assert client_as(participant.user).post("/accounts/leave/")["Location"] == "https://weather.example/"


def test_the_content_policy_lets_the_way_out_be_reached(client):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]

    assert "form-action 'self' https://www.bbc.co.uk;" in f"{policy};"


def test_signing_out_clears_what_the_browser_kept(officer, client_as):
    assert client_as(officer).post("/accounts/logout/")["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.parametrize("page", ["/me/", "/me/plan/", "/me/money/", "/me/meetings/", "/me/circle/", "/me/codes/"])
def test_nothing_a_participant_sees_is_kept_and_each_page_has_the_way_out(page, participant, client_as):
    answer = client_as(participant.user).get(page)

    assert "no-store" in answer["Cache-Control"]
    assert "Leave this page" in answer.content.decode()


# --- Told before it ends, and staying ---


def test_a_page_says_how_long_is_left(participant, officer, client_as, clock):
    places = [(participant.user, "/me/"), (officer, "/people/")]
    said = [client_as(user).get(page).context["time_left"] for user, page in places]

    assert said == [{"seconds": 15 * MINUTE, "final": False}, {"seconds": 30 * MINUTE, "final": False}]


def test_staying_begins_the_time_again(participant, client_as, clock):
    client = client_as(participant.user)
    client.get("/me/")
    after(clock, 14)

    said = client.post("/accounts/stay/").json()
    after(clock, 14)

    assert said == {"seconds": 15 * MINUTE, "final": False}
    assert client.get("/me/").status_code == 200


def test_nobody_stays_beyond_twelve_hours(officer, client_as, clock):
    client = client_as(officer)
    for _ in range(24):
        client.get("/people/")
        after(clock, 29)
    client.get("/people/")
    after(clock, 14)  # eleven hours and fifty minutes

    assert client.post("/accounts/stay/").json() == {"seconds": 10 * MINUTE, "final": True}


def test_who_is_signed_out_already_does_not_stay(participant, client_as, clock):
    client = client_as(participant.user)
    client.get("/me/")
    after(clock, 16)

    assert client.post("/accounts/stay/").status_code == 302
    assert "data-stay" not in client.get("/accounts/login/").content.decode()


# --- The same for a participant ---


def test_a_participant_sees_where_they_are_signed_in_and_signs_out_everywhere_else(participant, client_as, clock):
    here, there = client_as(participant.user), client_as(participant.user)
    after(clock, 2)
    for client in (here, there):
        client.get("/me/", HTTP_USER_AGENT=IPHONE)

    page = here.get("/accounts/sessions/").content.decode()
    here.post("/accounts/sessions/end-others/")

    assert page.count("Safari on an iPhone") == 2
    assert "Leave this page" in page
    assert "password" not in page
    assert [client.get("/me/").status_code for client in (here, there)] == [200, 302]


def test_a_page_that_nobody_answered_ends_the_sign_in_though_it_comes_a_little_early(officer, client_as, clock):
    client = client_as(officer)
    client.get("/people/")
    after(clock, 29.98)

    led = client.get("/accounts/login/?why=away&next=%2Fpeople%2F")

    assert (led.status_code, client.get("/people/").status_code) == (200, 302)
    assert "You were away for a while" in led.content.decode()


def test_a_page_that_nobody_answered_puts_nothing_off(officer, client_as, clock):
    client = client_as(officer)
    client.get("/people/")
    after(clock, 20)
    sent_back = client.get("/accounts/login/?why=away&next=%2Fpeople%2F")  # another page of theirs kept it
    after(clock, 10.1)

    assert (sent_back.status_code, client.get("/people/").status_code) == (302, 302)
