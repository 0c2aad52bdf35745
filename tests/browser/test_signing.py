"""Signing in and leaving, in a real Chromium: an app for codes, a passkey, a code on paper, and a way out at once."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.browser.conftest import DESK, PHONE
from tests.people.factors import code_of

PASSWORD = "good-lives-demo-2026"
PRIYA, CAROL, VIK, JORDAN = (f"{name}@demo.example" for name in ("priya", "carol", "vik", "jordan"))
WEATHER = "https://www.bbc.co.uk/weather"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def at_a_name(served) -> dict[str, str]:
    """Passkeys are bound to a name, and 127.0.0.1 is none."""
    return {"base_url": served.replace("127.0.0.1", "localhost")}


@pytest.fixture
def browse(chromium, served):
    """A browser of its own, which keeps what it complains of."""
    contexts = []

    def begin(size=DESK, **options):
        context = chromium.new_context(**{"viewport": size, "base_url": served, "locale": "en-GB"} | options)
        context.set_default_timeout(60_000)
        context.route(f"{WEATHER}**", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        return page

    yield begin
    for context in contexts:
        context.close()


def sign_in(page, email: str) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/login/" not in url)


def sign_out(page) -> None:
    page.locator("header").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")


def press(page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    page.wait_for_load_state()


def clean(page) -> None:
    """Nothing runs off the side, axe finds nothing."""
    from axe_playwright_python.sync_playwright import Axe

    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"), page.url
    assert [v["id"] for v in Axe().run(page).response["violations"]] == [], page.url


def test_an_app_is_set_up_and_asked_for_ever_after(browse):
    page = browse()
    sign_in(page, CAROL)
    page.goto("/accounts/second-step/")
    clean(page)
    press(page, "Set up an app")
    page.get_by_text("I cannot scan it").click()
    clean(page)
    assert page.locator(".kit-qr").evaluate("image => image.naturalWidth") > 100
    secret = page.locator(".kit-key").inner_text().strip()

    page.fill("[name=code]", code_of(secret))
    press(page, "Go on")
    codes = page.locator(".kit-codes li").all_inner_texts()
    clean(page)
    assert len(codes) == 10
    sign_out(page)
    sign_in(page, CAROL)
    assert page.url.endswith("/accounts/second-step/enter/")
    clean(page)
    page.fill("[name=code]", codes[0])
    press(page, "Sign in")
    page.goto("/accounts/")
    assert "Set up" in page.locator("main").inner_text()

    page.goto("/accounts/second-step/app/remove/")
    press(page, "Remove the app")
    assert page.complaints == []


def test_a_passkey_is_added_used_and_removed(browse, at_a_name):
    page = browse(**at_a_name)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    sign_in(page, VIK)
    page.goto("/accounts/second-step/passkeys/add/")
    clean(page)
    page.fill("[name=name]", "Work laptop")
    press(page, "Add it")
    page.wait_for_url("**/recovery-codes/")

    sign_out(page)
    sign_in(page, VIK)
    assert page.url.endswith("/accounts/second-step/enter/")
    clean(page)
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)

    page.goto("/accounts/second-step/")
    assert "Work laptop" in page.locator("main").inner_text()
    page.get_by_role("link", name="Remove Work laptop").click()
    press(page, "Remove it")
    assert (
        "None yet" in page.locator("main").inner_text() or "Set up a second step" in page.locator("main").inner_text()
    )
    assert page.complaints == []


def test_a_browser_without_a_passkey_is_told_so(browse, at_a_name):
    page = browse(**at_a_name)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")  # and no key is there
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | {"automaticPresenceSimulation": False}})
    sign_in(page, VIK)
    page.goto("/accounts/second-step/passkeys/add/")
    problem = page.locator("[data-passkey-problem]")
    assert not problem.is_visible()

    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new DOMException('', 'AbortError')); }")
    page.get_by_role("button", name="Add it").click()

    problem.wait_for(state="visible")


def test_a_code_on_paper_lets_someone_in_for_the_first_time(browse, enter):
    priya = enter(PRIYA)
    priya.goto("/people/?q=Jordan")
    priya.locator("main table tbody a").first.click()
    priya.wait_for_load_state()
    priya.goto(f"{priya.url}details/")
    born = re.search(r"(\d+) (\w+) (\d{4}) \(age", priya.locator("main").inner_text())
    priya.get_by_role("button", name="Give a code on paper").click()
    clean(priya)
    press(priya, "Make a code")
    clean(priya)
    code = priya.locator(".kit-code-letter").inner_text()
    months = [date(2000, month, 1).strftime("%B") for month in range(1, 13)]

    page = browse(PHONE)
    page.goto("/start")
    clean(page)
    page.fill("[name=code]", code.lower())
    for part, value in zip(("day", "month", "year"), (born[1], str(months.index(born[2]) + 1), born[3]), strict=True):
        page.fill(f"[name=born_on-{part}]", value)
    press(page, "Go in")

    page.wait_for_url("**/me/codes/")
    clean(page)
    page.get_by_role("link", name="Codes still reach me there").click()
    page.wait_for_url("**/me/")
    assert "Jordan" in page.locator("h1").inner_text()


def enter_as_jordan(page) -> None:
    page.goto("/enter/")
    page.locator(f"form:has(input[value='{JORDAN}']) button").click()
    page.wait_for_url("**/me/")
    page.goto("/me/money/")
    page.goto("/me/plan/")


def back_shows_nothing(page) -> None:
    assert page.url == WEATHER
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        shown = page.locator("body").inner_text()
        assert "Sign out" not in shown
        assert "My plan" not in shown.replace("My plan, my money, my meetings, on a phone", "")
    page.goto("/me/plan/")
    assert "/accounts/login/" in page.url


def test_after_leaving_the_back_button_shows_nothing(browse):
    page = browse(PHONE)
    enter_as_jordan(page)

    page.get_by_role("button", name="Leave this page").click()
    page.wait_for_url(WEATHER)

    back_shows_nothing(page)
    assert [said for said in page.complaints if "Content Security Policy" in said] == []


def test_esc_three_times_leaves_too(browse):
    page = browse(PHONE)
    enter_as_jordan(page)

    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert "1 more time" in page.locator("[data-leave-status]").inner_text()
    assert "/me/plan/" in page.url
    page.keyboard.press("Escape")
    page.wait_for_url(WEATHER)

    back_shows_nothing(page)


def test_leaving_works_without_javascript(browse):
    page = browse(PHONE, java_script_enabled=False)
    enter_as_jordan(page)

    page.get_by_role("button", name="Leave this page").click()
    page.wait_for_url(WEATHER)

    page.goto("/me/plan/")
    assert "/accounts/login/" in page.url


def test_the_way_out_is_in_sight_however_far_down_one_is(browse):
    page = browse(PHONE)
    enter_as_jordan(page)

    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")

    box = page.get_by_role("button", name="Leave this page").bounding_box()
    assert 0 <= box["y"] < PHONE["height"]
    assert box["height"] >= 44


# --- Told before the time is over ---


def tick(page, minutes: float) -> None:
    page.clock.fast_forward(int(minutes * 60_000))


def test_one_is_asked_two_minutes_before_the_end_and_may_stay(browse):
    page = browse(PHONE)
    page.clock.install()
    enter_as_jordan(page)
    asked = page.get_by_role("alertdialog")

    tick(page, 12.9)
    assert not asked.is_visible()
    tick(page, 0.2)
    asked.wait_for()
    assert "in 2 minutes" in asked.inner_text()
    assert page.evaluate("document.activeElement.textContent") == "Stay signed in"
    clean(page)
    with page.expect_response("**/accounts/stay/") as kept:
        page.keyboard.press("Enter")
    assert kept.value.json()["seconds"] > 890
    asked.wait_for(state="hidden")

    tick(page, 14.5)
    assert "in 40 seconds" in asked.inner_text()
    tick(page, 1)
    page.wait_for_url("**/me/plan/")  # by way of the sign-in page, which sends on who is still signed in
    assert page.complaints == []


def test_typing_is_being_here(browse):
    page = browse(PHONE)
    page.clock.install()
    enter_as_jordan(page)
    page.goto("/me/codes/")

    tick(page, 8)
    with page.expect_response("**/accounts/stay/"):
        page.locator("[name=to]").press_sequentially("0770")
    tick(page, 8)

    assert not page.get_by_role("alertdialog").is_visible()


def test_esc_three_times_leaves_from_the_question_too(browse):
    page = browse(PHONE)
    page.clock.install()
    enter_as_jordan(page)
    tick(page, 14)
    page.get_by_role("alertdialog").wait_for()

    for _ in range(3):
        page.keyboard.press("Escape")

    page.wait_for_url(WEATHER)
    back_shows_nothing(page)


def test_who_does_not_answer_is_led_to_sign_in_and_told_why(browse):
    page = browse(PHONE)
    page.clock.install()
    enter_as_jordan(page)
    page.context.clear_cookies()

    tick(page, 16)

    page.wait_for_url("**/accounts/login/?why=away&next=%2Fme%2Fplan%2F")
    assert "You were away for a while" in page.locator("main").inner_text()
