"""Never lose a word: forms are written in, and then something happens to the page, the line, the session or the tab.

DRAFT_TRIALS says how often each is tried; a thousand take some forty minutes.
"""

from __future__ import annotations

import os
import re

import pytest

from tests.browser.acts import open_person
from tests.browser.conftest import wait_until

PRIYA, MORAG = "priya@demo.example", "morag@demo.example"
SAVED = re.compile(r"^Saved")
TRIALS = int(os.environ.get("DRAFT_TRIALS", "2"))
ON_DEVICE = "() => JSON.stringify(localStorage)"


@pytest.fixture(scope="module")
def priya(enter):
    return enter(PRIYA)


@pytest.fixture
def form(priya) -> str:
    """The page of a form that saves drafts, with none there yet."""
    page = open_person(priya, "Ashworth") + "contacts/new/"
    priya.goto(page)
    while (thrown := priya.get_by_role("button", name="Throw it away")).count():
        thrown.first.click()
        priya.wait_for_load_state()
    priya.goto("/")
    return page


def write(page, form: str, words: str):
    """Open the form and write, as fast as a hand could, and no word of it acknowledged yet."""
    page.goto(form)
    box = page.locator("main textarea").first
    box.focus()
    page.keyboard.insert_text(words)
    page.wait_for_function("() => Object.keys(localStorage).some((name) => name.startsWith('draft:'))")
    return page


def is_offered(context, form: str, words: str) -> bool:
    """Whether a new tab offers these words; then they are thrown away."""
    page = context.new_page()
    page.goto(form)
    draft = page.locator(".kit-draft", has_text=words)
    try:
        draft.first.wait_for(timeout=10_000)
        draft.get_by_role("button", name="Throw it away").first.click()
        page.wait_for_load_state()
        return page.locator(".kit-draft", has_text=words).count() == 0
    finally:
        page.close()


@pytest.mark.parametrize("trial", range(TRIALS))
def test_a_tab_that_is_killed_loses_nothing(priya, form, trial):
    write(priya.context.new_page(), form, f"Killed {trial}: his nan is ill.").close()

    assert is_offered(priya.context, form, f"Killed {trial}: his nan is ill.")


@pytest.mark.parametrize("trial", range(TRIALS))
def test_a_line_that_is_cut_loses_nothing_and_the_page_says_so(priya, form, trial):
    context, page = priya.context, priya.context.new_page()
    write(page, form, "Cut ")
    context.set_offline(True)
    page.keyboard.insert_text(f"{trial}: on the train.")
    page.get_by_text("Not saved yet").wait_for()
    page.close()
    context.set_offline(False)

    assert is_offered(context, form, f"Cut {trial}: on the train.")


@pytest.mark.parametrize("trial", range(TRIALS))
def test_a_line_that_comes_back_saves_it_by_itself(priya, form, trial):
    context, page = priya.context, priya.context.new_page()
    page.goto(form)
    context.set_offline(True)
    page.locator("main textarea").first.focus()
    page.keyboard.insert_text(f"Back {trial}.")
    page.get_by_text("Not saved yet").wait_for()
    context.set_offline(False)
    page.locator("[data-draft-said]", has_text=SAVED).wait_for()
    assert "draft:" not in page.evaluate(ON_DEVICE)
    page.close()

    assert is_offered(context, form, f"Back {trial}.")


@pytest.mark.parametrize("trial", range(TRIALS))
def test_what_is_sent_after_the_session_ended_is_there_after_signing_in(enter, form, trial):
    page = enter(PRIYA)
    page.goto(form)
    page.locator("main textarea").first.fill(f"Ended {trial}.")
    page.locator("main [name=meaningful]").first.check()
    page.context.clear_cookies(name="sessionid")
    page.context.clear_cookies(name="__Host-session")
    page.context.clear_cookies(name="session")
    page.get_by_role("button", name="Log it").click()
    page.get_by_text("What you wrote is saved").wait_for()

    page.goto("/enter/")
    page.locator(f"form:has(input[value='{PRIYA}']) button").click()
    page.wait_for_url(lambda url: "/enter/" not in url)
    assert is_offered(page.context, form, f"Ended {trial}.")
    page.context.close()


@pytest.mark.parametrize("trial", range(TRIALS))
def test_two_devices_are_shown_side_by_side(priya, enter, form, trial):
    phone = enter(PRIYA)
    for page, words in ((priya.context.new_page(), f"Desk {trial}."), (phone, f"Phone {trial}.")):
        write(page, form, words)
        page.locator("[data-draft-said]", has_text=SAVED).wait_for()
    both = priya.context.new_page()
    both.goto(form)

    assert {f"Desk {trial}." in text for text in both.locator(".kit-draft").all_inner_texts()} == {True, False}
    for words in (f"Desk {trial}.", f"Phone {trial}."):
        assert is_offered(priya.context, form, words)
    phone.context.close()
    both.close()


def test_what_is_sent_is_offered_no_more_even_when_the_answer_overtakes_the_saving(priya, form):
    page = write(priya.context.new_page(), form, "Sent at once.")
    page.locator("main [name=meaningful]").first.check()
    page.get_by_role("button", name="Log it").click()
    page.wait_for_url(lambda url: "contacts/new" not in url)
    page.goto(form)
    page.wait_for_timeout(1500)

    assert page.locator(".kit-draft").count() == 0
    assert "draft:" not in page.evaluate(ON_DEVICE)
    page.close()


def test_put_back_fills_the_form(priya, form):
    write(priya.context.new_page(), form, "Put me back.").close()
    page = priya.context.new_page()
    page.goto(form)
    page.get_by_role("link", name="Put it back in the form").click()
    page.wait_for_url("**draft=*")

    assert page.locator("main textarea").first.input_value() == "Put me back."
    page.close()
    assert is_offered(priya.context, form, "Put me back.")


def test_words_on_the_device_cannot_be_read_and_another_account_is_not_offered_them(enter, form):
    page = enter(PRIYA)
    context = page.context
    write(page, form, "Warm ")
    context.set_offline(True)
    page.keyboard.insert_text("secret words")
    page.get_by_text("Not saved yet").wait_for()
    stored = page.evaluate(ON_DEVICE)
    page.close()
    context.set_offline(False)
    other = context.new_page()
    other.goto("/enter/")
    other.locator(f"form:has(input[value='{MORAG}']) button").click()
    other.wait_for_url(lambda url: "/enter/" not in url)
    other.goto(form)
    other.wait_for_timeout(1500)

    assert "draft:" in stored
    assert "secret" not in stored
    assert "people" not in stored
    assert "secret words" not in other.content()
    assert "draft:" in other.evaluate(ON_DEVICE)  # it waits for whoever wrote it
    context.close()


def test_leave_this_page_takes_them_off_the_device(enter):
    page = enter("jordan@demo.example")
    page.goto("/me/")
    page.evaluate("() => { localStorage['draft:of:someone'] = 'x'; }")
    page.context.route("**bbc**", lambda route: route.fulfill(body="Weather"))
    page.locator("form[data-leave] button").first.click()
    left = page.context.new_page()

    def is_gone() -> bool:
        left.goto("/livez")
        return "draft:" not in left.evaluate(ON_DEVICE)

    wait_until(is_gone, 30)
    page.context.close()


def test_without_a_script_a_button_saves_it_for_later(enter, chromium, served, form):
    signed_in = enter(PRIYA)
    context = chromium.new_context(
        base_url=served, java_script_enabled=False, storage_state=signed_in.context.storage_state()
    )
    page = context.new_page()
    page.goto(form)
    page.locator("main textarea").first.fill("No script here.")
    page.get_by_role("button", name="Keep this for later").click()
    page.get_by_role("link", name="Put it back in the form").click()

    assert page.locator("main textarea").first.input_value() == "No script here."
    page.goto(form)
    page.get_by_role("button", name="Throw it away").click()
    context.close()
    signed_in.context.close()
