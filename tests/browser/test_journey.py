"""One person's whole journey, walked as five roles and a provider with no account, against the running service.

Its parts are walked in their order. A part that needs what an earlier, failed part should have left has it made by the
services, so that one failure hides no other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import SystemRandom
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import pytest

from tests.browser.acts import act_in_row, arrange, fill, manage, open_person, press, record, says, send, sent
from tests.browser.conftest import PHONE, wait_until

PRIYA, MORAG, WINSTON, VIK, CAROL = (f"{name}@demo.example" for name in ("priya", "morag", "winston", "vik", "carol"))
LONDON = ZoneInfo("Europe/London")
TODAY = datetime.now(LONDON).date()
BORN = TODAY.replace(year=TODAY.year - 20) - timedelta(days=40)
DICE = SystemRandom()  # new people each time, so that it can be walked again on a service that is running
RUN, PHONE_END = f"{DICE.randint(1000, 9999)}", DICE.randint(200, 599)
NOVAK, GRAY = f"Novak{RUN}", f"Gray{RUN}"
GOAL = "I will have a room of my own"
WITH = f"{PRIYA},Northbridge"
CUSTODY = f"26 weeks custody,{TODAY - timedelta(days=100):%d/%m/%Y},{TODAY - timedelta(days=10):%d/%m/%Y},medium"
COLUMNS = (
    "given_name,family_name,date_of_birth,crn,prison_number,phone,address,sentence,sentence_start,release_date,risk_band,"
    "practitioner,area"
)
CASELOAD = f"""{COLUMNS}
Sam,{NOVAK},{BORN:%d/%m/%Y},X9{RUN}1,A{RUN}SN,07700 900{PHONE_END},"4 Mill St, PR1 2AB",{CUSTODY},{WITH}
Lee,{GRAY},{BORN:%d/%m/%Y},X9{RUN}2,A{RUN}LG,07700 900{PHONE_END + 400},"5 Mill St, PR1 2AB",{CUSTODY},{WITH}
"""


class Journey:
    """Who walks, and how far they have come."""

    def __init__(self, enter: Callable) -> None:
        self.enter = enter
        self.pages: dict[str, object] = {}
        self.done: set[str] = set()

    def page_of(self, email: str):
        """Each role's own browser, kept open through the whole journey."""
        if email not in self.pages:
            self.pages[email] = self.enter(email)
        return self.pages[email]

    def needs(self, *stages: str) -> None:
        """What an earlier part walked, or the services make now."""
        for stage in stages:
            if stage not in self.done:
                about = CASELOAD if stage == "arrived" else NOVAK
                manage("shell", "-c", f"from tests.browser.by_services import {stage}; {stage}({about!r})")
                self.done.add(stage)

    @property
    def sam(self):
        """Sam's phone, signed in; a second member of staff has confirmed that it is Sam."""
        self.needs("confirmed")
        if "sam" not in self.pages:
            said = manage("shell", "-c", f"from tests.browser.by_services import session; session({NOVAK!r})")
            page = self.enter(None, PHONE)
            page.goto("/accounts/login/")
            key = re.search(r"session=(\S+)", said)[1]  # type: ignore[index]
            everywhere = urljoin(page.url, "/")  # a cookie goes to the addresses below the one it is given for
            page.context.add_cookies([{"name": "session", "value": key, "url": everywhere}])
            self.pages["sam"] = page
        return self.pages["sam"]


@pytest.fixture(scope="module")
def journey(enter) -> Journey:
    return Journey(enter)


@pytest.fixture
def priya(journey):
    return journey.page_of(PRIYA)


@pytest.fixture
def morag(journey):
    return journey.page_of(MORAG)


@pytest.fixture
def vik(journey):
    return journey.page_of(VIK)


def test_two_people_arrive_in_a_file_and_the_same_file_again_changes_nothing(journey, morag, tmp_path: Path):
    caseload = tmp_path / "caseload.csv"
    caseload.write_text(CASELOAD)

    for time in ("first", "again"):
        morag.goto("/import/")
        morag.set_input_files("main input[type=file]", caseload)
        press(morag, "See what it would do")
        if time == "first":
            press(morag, "Do it")

    says(morag, "every line is on record already")
    journey.done.add("arrived")


def test_the_practitioner_enrols_sam_and_each_rules_answer_is_kept(journey, priya):
    journey.needs("arrived")
    person = open_person(priya, NOVAK)

    priya.goto(person + "details/")
    press(priya, "Open their own pages")
    priya.goto(person + "programmes/new/")
    fill(priya, programme="Own Two Feet")
    press(priya, "See what its rules say")
    says(priya, "this programme is for 18 to 25")
    press(priya, "Enrol")

    priya.goto(person + "details/sentence/")
    says(priya, "this programme is for 18 to 25")
    journey.done.add("enrolled")


def test_sam_signs_in_on_a_phone_with_a_code_that_the_worker_sent(journey, morag):
    journey.needs("arrived", "enrolled")
    sam = journey.enter(None, PHONE)

    sam.goto("/accounts/login/code/")
    fill(sam, to=f"07700 900{PHONE_END}")
    press(sam, "Send me a code")
    wait_until(lambda: sent(morag, f"+447700900{PHONE_END}"))
    code = re.search(r"([A-Z0-9][A-Z0-9-]{3,}) is your", morag.locator("main").inner_text())[1]  # type: ignore[index]
    fill(sam, code=code)
    press(sam, "Go on")

    sam.goto("/me/")
    says(sam, "Hello Sam")
    says(sam, "will tell us that it is you")
    journey.pages["sam"] = sam


def test_a_second_member_of_staff_who_had_no_part_in_it_confirms_in_one_press_that_it_is_sam(journey, morag):
    journey.needs("arrived", "enrolled")
    winston = journey.page_of(WINSTON)
    morag.goto("/?kind=Sign-in")
    assert NOVAK not in morag.locator("main").inner_text()  # she took the number in with the file

    winston.goto("/?kind=Sign-in")
    item = winston.locator(".work-item", has_text=NOVAK)
    item.locator("summary").click()
    item.get_by_role("button", name="Yes, it is them").click()

    says(winston, "Confirmed.")
    journey.done.add("confirmed")
    journey.sam.goto("/me/")
    assert "will tell us that it is you" not in journey.sam.locator("main").inner_text()


def test_two_authors_write_one_plan(journey, priya):
    journey.needs("arrived", "enrolled")
    sam, person = journey.sam, open_person(priya, NOVAK)

    priya.goto(person + "plan/")
    press(priya, "Start the plan")
    priya.goto(person + "plan/goods/")
    for good in ("LIFE", "WORK"):
        priya.locator(f"main select[name*='{good}' i]").nth(0).select_option("9")
        priya.locator(f"main select[name*='{good}' i]").nth(1).select_option("3")
    send(priya)
    sam.goto("/me/plan/strengths/")
    fill(sam, ring="FAMILY", text="My aunt has a spare room at weekends")
    press(sam, "Add it")
    sam.goto("/me/plan/goals/add/")
    fill(sam, title=GOAL, why="So that I can shut the door.", good="LIFE")
    send(sam)
    priya.goto(person + "plan/")
    says(priya, GOAL)
    priya.goto(person + "plan/goals/add/")
    fill(priya, words_of="PRACTITIONER", title="I will see the debt adviser", good="AGENCY", need="FINANCES")
    send(priya)
    sam.goto("/me/plan/")
    sam.get_by_role("link", name=re.compile("debt adviser")).first.click()
    if "/say/" not in sam.url:
        sam.goto(sam.url.rstrip("/") + "/say/")
    fill(sam, answer="AGREE")
    send(sam)
    priya.goto("/")
    says(priya, NOVAK)
    priya.goto(person + "plan/")
    own = priya.locator("article, section, li, .plan-goal, .goal", has_text=GOAL).last
    goal = re.search(r"/plan/goals/(\d+)/", own.inner_html())[1]  # type: ignore[index]
    priya.goto(f"{person}plan/goals/{goal}/say/")
    fill(priya, author="PRACTITIONER", answer="AGREE")
    send(priya)
    journey.done.add("agreed")


def test_the_plan_with_a_step_for_each_goal_is_kept_as_an_agreed_version(journey, priya):
    journey.needs("arrived", "enrolled", "agreed")
    person = open_person(priya, NOVAK)

    due = TODAY + timedelta(days=14)
    for number in re.findall(r"/plan/goals/(\d+)/steps/add/", priya.goto(person + "plan/").text()):  # type: ignore[union-attr]
        priya.goto(f"{person}plan/goals/{number}/steps/add/")
        fill(priya, words_of="PARTICIPANT", text="Ring about it on Monday", who="PARTICIPANT", due_on=due)
        send(priya)
    priya.goto(person + "plan/")
    press(priya, "Keep as agreed version")

    priya.goto(person + "plan/versions/1/print/")
    says(priya, GOAL)


def test_sam_sees_the_sum_before_anything_else_about_money(journey, priya, morag):
    journey.needs("arrived", "enrolled")
    sam = journey.sam

    morag.goto(open_person(priya, NOVAK) + "money/")
    morag.get_by_role("button", name="Open the budget").click()  # a link that looks like one
    press(morag, "Open it and tell them")

    sam.goto("/me/")
    says(sam, "£2,000")
    sam.goto("/me/money/")
    says(sam, "£2,000")
    journey.done.add("opened")


def test_sam_is_asked_what_could_help_without_money_and_then_asks(journey):
    journey.needs("arrived", "enrolled", "agreed", "opened")
    sam = journey.sam
    sam.goto("/me/money/")

    sam.get_by_role("button", name="Ask for something").click()
    fill(sam, goal=GOAL, without_money="My aunt asked her landlord. No luck.")
    press(sam, "Next")
    fill(sam, what="Deposit for a room", amount="£295.50", purpose="HOME", for_whom="ME", why="It starts on Monday.")
    press(sam, "Send")

    says(sam, "We will tell you when there is an answer")
    journey.done.add("asked")


def test_a_manager_who_did_not_ask_says_yes_from_the_home_list_and_sam_is_told(journey, morag):
    journey.needs("arrived", "enrolled", "agreed", "opened", "asked")
    sam = journey.sam

    morag.goto("/?kind=Request")
    place = act_in_row(morag, NOVAK, "Request")
    place.locator("textarea").first.fill("It is what the plan is for.")
    with morag.expect_navigation():
        place.get_by_role("button", name="Approve").click()

    says(morag, "The money is set aside")
    sam.goto("/me/")
    says(sam, "Approved")
    journey.done.add("approved")


def test_help_near_by_is_found_delivered_and_paid_for_and_the_provider_needs_no_account(journey, priya, morag):
    journey.needs("arrived", "enrolled", "agreed", "opened", "asked", "approved")
    person = open_person(priya, NOVAK)
    priya.goto(person + "money/")
    priya.get_by_role("link", name=re.compile("Deposit for a room")).first.click()
    asked_for = priya.url

    reference = refer(priya, person)
    deliver(journey.enter(None), morag, reference)
    priya.goto(asked_for)
    priya.get_by_role("button", name="Tie to a referral").click()
    priya.locator("main input[type=radio]").first.check()
    press(priya, "Tie them together")
    morag.goto(asked_for)
    says(morag, "another manager records the payment")
    winston = journey.page_of(WINSTON)
    winston.goto(asked_for)
    winston.get_by_role("button", name="Record a payment").click()
    fill(winston, invoice=f"FP-{RUN}")
    press(winston, "Record the payment")

    says(winston, "The payment is recorded")
    assert "balances to the penny" in manage("verify_ledger")
    journey.sam.goto("/me/money/")
    says(journey.sam, "£1,704.50")


def refer(page, person: str) -> str:
    """Send the person to a service; gives the referral's reference."""
    page.goto(f"/services/?person={person.rstrip('/').rsplit('/', 1)[1]}&need=ACCOMMODATION&outcode=PR1")
    says(page, "Housing advice and deposits")
    page.get_by_role("link", name="Housing advice and deposits").first.click()
    page.locator("main a", has_text="Refer").first.click()
    fill(page, need="ACCOMMODATION", reason="A deposit and a landlord who says yes.", told="Please ring after 3pm.")
    if page.locator("main [name='agreed']").count():
        page.check("main [name='agreed']")
    press(page, "Send the referral")
    page.goto(person + "services/")
    return re.search(r"[A-Z]{2}\d{4}[A-Z]{2}", page.locator("main").inner_text())[0]  # type: ignore[index]


def deliver(provider, morag, reference: str) -> None:
    """Say yes through the link in the provider's e-mail, then that the help was given."""
    wait_until(lambda: sent(morag, f"Its reference is {reference}"))
    link = re.search(rf"/r/{reference}[^\s]+/", morag.locator("main").inner_text())[0]  # type: ignore[index]
    provider.goto(link)
    assert NOVAK not in provider.content()
    says(provider, "Can you help?")
    fill(provider, name="Joan at the desk")
    press(provider, "Yes, I can help")
    provider.goto(link)
    fill(provider, delivered_on=TODAY)
    press(provider, "Mark as delivered")


def test_they_meet_and_the_reminder_goes_out_once(journey, priya, morag):
    journey.needs("arrived", "enrolled")
    person = open_person(priya, NOVAK)

    soon = (datetime.now(LONDON) + timedelta(hours=3)).replace(minute=DICE.randint(1, 29))
    clock = f"{soon:%I:%M}".lstrip("0") + f"{soon:%p}".lower()
    arrange(priya, person, soon.date(), clock)
    reminder = f"you have a meeting on {soon:%a} {soon.day} {soon:%B} at {clock}"
    wait_until(lambda: sent(morag, reminder))

    assert sent(morag, reminder) == 1


def test_a_volunteer_sees_only_what_sam_agreed_to_and_logs_a_meeting(journey, priya, vik):
    journey.needs("arrived", "enrolled", "agreed")
    sam, person = journey.sam, open_person(priya, NOVAK)

    priya.goto(person + "circle/add/")
    fill(priya, user="Vik Okafor", relationship="VOLUNTEER")
    press(priya, "Bring into the circle")
    vik.goto("/circle/")
    vik.locator(f"main a[href*='{person.rstrip('/')[-36:]}']").first.click()
    assert f"900{PHONE_END}" not in vik.content()
    assert GOAL not in vik.content()
    sam.goto("/me/circle/")
    sam.locator("main input[value='GOALS']").first.check()
    press(sam, "Save")
    vik.reload()
    says(vik, GOAL)
    assert f"900{PHONE_END}" not in vik.content()
    vik.goto(vik.url.rstrip("/") + "/meetings/new/")
    fill(vik, day=TODAY, at="12:01am", note="A walk by the canal.")
    press(vik, "Save")


def test_how_a_meeting_went_is_recorded_from_the_home_list(journey, priya):
    journey.needs("arrived")
    person = open_person(priya, NOVAK)

    arrange(priya, person, TODAY - timedelta(days=1), "9am")
    record(priya, NOVAK, "COMPLIED")

    priya.goto(person)
    says(priya, "came and complied")


def test_two_missed_meetings_are_swept_onto_the_home_list_most_urgent_first(journey, priya):
    journey.needs("arrived")
    lee = open_person(priya, GRAY)

    for days in (4, 2):
        arrange(priya, lee, TODAY - timedelta(days=days), "9am")
        record(priya, GRAY, "UNACCEPTABLE_ABSENCE")
    manage("shell", "-c", "from rehab.tasks import sweep; sweep.delay()")

    def noticed() -> bool:
        priya.goto("/?kind=Alert")
        return GRAY in priya.locator("main").inner_text()

    wait_until(noticed)
    assert "Missed the last two meetings" in priya.locator("[data-work]", has_text=GRAY).first.inner_text()
    close_alert(priya, act_in_row(priya, GRAY, "Alert"))
    priya.goto("/?kind=Alert")
    assert GRAY not in priya.locator("main").inner_text()
    priya.goto("/")
    kinds = [int(name) for name in re.findall(r"work-row--(\d+)", priya.content())]
    assert kinds == sorted(kinds)


def close_alert(page, place) -> None:
    place.locator("[name=outcome][value=BACK_IN_TOUCH]").check()
    place.locator("[name=note]").fill("Lee rang back. We meet on Friday.")
    with page.expect_navigation():
        place.get_by_role("button", name="Close the alert").click()


def test_the_commissioner_sees_what_the_money_did_with_no_names(journey):
    journey.needs("arrived", "enrolled", "agreed", "opened", "asked", "approved")
    carol = journey.page_of(CAROL)

    carol.goto("/reports/money/")

    says(carol, "What the money did")
    for heading in ("By funder", "By area", "By purpose", "By month"):
        says(carol, heading)
    assert NOVAK not in carol.content()
    with carol.expect_download() as download:
        carol.get_by_role("link", name=re.compile("CSV")).first.click()
    assert "Put in" in Path(download.value.path()).read_text("utf-8-sig")
