"""Find a person from any page, and questions that only show where they apply."""

from __future__ import annotations

from tests.browser.conftest import DESK, PHONE

PRIYA = "priya@demo.example"


def test_a_slash_leads_to_the_search_which_answers_while_one_types(enter):
    page = enter(PRIYA, DESK)
    page.goto("/meetings/")
    page.keyboard.press("/")
    page.keyboard.type("thack")
    found = page.locator("#found-people a")
    found.first.wait_for()
    name = found.first.locator(".kit-found__name").inner_text()
    assert "Thackray" in name

    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('#found-people') !== null")
    page.keyboard.press("Escape")
    assert found.count() == 0
    assert page.evaluate("document.activeElement.id") == "find-people"
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/?**")
    assert "Thackray" in page.locator("main").inner_text()


def test_the_search_works_without_javascript_and_on_a_phone(enter):
    page = enter(PRIYA, PHONE, java_script_enabled=False)
    page.goto("/")
    page.locator("#find-people").fill("thackray")
    page.locator(".kit-find__go").click()

    assert "Thackray" in page.locator("main").inner_text()


def test_the_days_of_a_sentence_are_asked_once_its_kind_is_chosen(enter):
    page = enter(PRIYA, DESK)
    page.goto("/people/new/")
    first, release = page.get_by_role("group", name="First day"), page.get_by_role("group", name="Day of release")
    assert not first.is_visible()

    page.locator("select[name=kind]").select_option("COMMUNITY")
    assert first.is_visible()
    assert not release.is_visible()
    page.locator("select[name=kind]").select_option("CUSTODY")
    assert release.is_visible()

    without = enter(PRIYA, DESK, java_script_enabled=False)
    without.goto("/people/new/")
    assert without.get_by_role("group", name="First day").is_visible()


def test_who_may_be_here_already_is_shown_while_one_types_and_only_that_is_asked_with(enter):
    page = enter(PRIYA, DESK)
    page.goto("/people/?whose=all")
    crn = page.locator("main tbody th .kit-sub").first.inner_text().split()[0]
    page.goto("/people/new/")
    with page.expect_request("**/people/new/matches/**") as asked:
        page.locator("input[name=crn]").fill(crn)
        page.locator("input[name=crn]").blur()

    page.locator("#matches").get_by_text(crn).wait_for()
    assert "On record already" in page.locator("#matches").inner_text()
    assert "csrfmiddlewaretoken" not in asked.value.url
    assert "practitioner" not in asked.value.url
