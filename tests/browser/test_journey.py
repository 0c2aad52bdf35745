"""One person's whole journey, walked as five roles and a provider with no account, against the running service."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from random import randint
from zoneinfo import ZoneInfo

import pytest

from tests.browser.conftest import PHONE, ROOT, wait_until

PRIYA, MORAG, VIK, CAROL = (f"{name}@demo.example" for name in ("priya", "morag", "vik", "carol"))
TODAY = datetime.now(ZoneInfo("Europe/London")).date()
BORN = TODAY.replace(year=TODAY.year - 20) - timedelta(days=40)
RUN = f"{randint(100, 9999):04d}"[
    :4
]  # new people each time, so that it can be walked again on a service that is running
NOVAK, GRAY, PHONE_END = f"Novak{RUN}", f"Gray{RUN}", f"{randint(200, 599)}"
OTHER_END, WITH = int(PHONE_END) + 400, f"{PRIYA},Northbridge"
CUSTODY = f"26 weeks custody,{TODAY - timedelta(days=100):%d/%m/%Y},{TODAY - timedelta(days=10):%d/%m/%Y},medium"
COLUMNS = (
    "given_name,family_name,date_of_birth,crn,prison_number,phone,address,sentence,sentence_start,release_date,risk_band,"
    "practitioner,area"
)
CASELOAD = f"""{COLUMNS}
Sam,{NOVAK},{BORN:%d/%m/%Y},X9{RUN}1,A{RUN}SN,07700 900{PHONE_END},"4 Mill St, PR1 2AB",{CUSTODY},{WITH}
Lee,{GRAY},{BORN:%d/%m/%Y},X9{RUN}2,A{RUN}LG,07700 900{OTHER_END},"5 Mill St, PR1 2AB",{CUSTODY},{WITH}
"""


def fill(page, **fields) -> None:
    """Answer a form by the names of its questions, whatever each is made of."""
    for name, value in fields.items():
        named = page.locator(f"main [name='{name}'], main [name$='-{name}'], main [name$='{name}-day']").first
        kind = named.evaluate("e => e.tagName + ':' + (e.type || '')")
        if isinstance(value, date):
            for part, number in {"day": value.day, "month": value.month, "year": value.year}.items():
                page.locator(f"main [name$='{name}-{part}']").first.fill(str(number))
        elif kind.startswith("SELECT"):
            options = named.locator("option").all()
            match = next(o for o in options if o.get_attribute("value") == value or value in (o.text_content() or ""))
            named.select_option(match.get_attribute("value"))
        elif kind in ("INPUT:radio", "INPUT:checkbox"):
            labelled = page.locator(f"main .govuk-form-group:has([name='{name}']) label", has_text=value)
            chosen = page.locator(f"main [name='{name}'][value='{value}']")
            (chosen if chosen.count() else labelled.first).first.click()
        else:
            named.fill(value)


def press(page, text: str) -> None:
    page.locator("main").get_by_role("button", name=re.compile(text)).first.click()
    page.wait_for_load_state()
    assert page.locator(".govuk-error-summary").count() == 0, page.locator(".govuk-error-summary").inner_text()


def send(page) -> None:
    """Press the one main button of a page."""
    page.locator("main form[method=post] button:not(.govuk-button--secondary):not([name])").first.click()
    page.wait_for_load_state()
    assert page.locator(".govuk-error-summary").count() == 0, page.locator(".govuk-error-summary").inner_text()


def record(page, name: str, outcome: str) -> None:
    """Say how a meeting went, in one step, on the home list."""
    page.goto("/?kind=Record+outcome")
    item = page.locator(".work-item", has_text=name).first
    item.locator("summary").click()
    item.locator("select[name=outcome]").select_option(outcome)
    item.get_by_role("button", name="Record").click()
    page.wait_for_load_state()


def arrange(page, person: str, day: date, at: str) -> None:
    page.goto(person + "meetings/new/")
    fill(page, kind="OFFICE", day=day, at=at)
    press(page, "Arrange")


def says(page, text: str) -> None:
    assert text in page.locator("body").inner_text(), (
        f"“{text}” is not on {page.url}:\n{page.locator('main').inner_text()[:1500]}"
    )


def sent(page, text: str) -> int:
    """How many messages that went carry these words."""
    page.goto("/outbox/?state=SENT")
    return page.locator("main").inner_text().count(text)


def manage(*words: str) -> str:
    """A manage.py command against the running service's own data."""
    env = os.environ | {"LOCAL_DIR": os.environ["SERVED_LOCAL_DIR"]}
    for name in (
        "DATABASE_URL",
        "DATABASE_URL_WORKER",
        "DATABASE_URL_OWNER",
        "REDIS_URL",
        "DATABASE_ROLE",
        "GOOD_LIVES_EMBEDDED",
    ):
        env.pop(name, None)
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def pages(enter):
    """Each role's own browser, kept open through the whole journey."""
    return {name: enter(who) for name, who in {"priya": PRIYA, "morag": MORAG, "vik": VIK, "carol": CAROL}.items()}


def test_one_person_from_prison_to_the_commissioners_report(pages, enter, tmp_path: Path, served):  # noqa: C901
    priya, morag, vik, carol = (pages[name] for name in ("priya", "morag", "vik", "carol"))

    # 1. Two people arrive in a caseload file, seen first and then kept; the same file again changes nothing.
    caseload = tmp_path / "caseload.csv"
    caseload.write_text(CASELOAD)
    for time in ("first", "again"):
        morag.goto("/import/")
        morag.set_input_files("main input[type=file]", caseload)
        press(morag, "See what it would do")
        if time == "first":
            press(morag, "Do it")
    says(morag, "every line is on record already")

    # 3. The practitioner enrols Sam; each rule's answer is kept with its reason.
    priya.goto(f"/people/?q={NOVAK}")
    priya.get_by_role("link", name=re.compile(NOVAK)).first.click()
    person = re.match(r"(.*/people/[0-9a-f-]{36}/)", priya.url)[1]  # type: ignore[index]
    priya.goto(person + "details/")
    press(priya, "Open their own pages")
    priya.goto(person + "programmes/new/")
    fill(priya, programme="Own Two Feet")
    press(priya, "See what its rules say")
    says(priya, "this programme is for 18 to 25")
    press(priya, "Enrol")
    priya.goto(person + "details/")
    says(priya, "this programme is for 18 to 25")

    # Sam signs in on a phone with a code that the worker sent.
    sam = enter(None, PHONE)
    sam.goto("/accounts/login/code/")
    fill(sam, to=f"07700 900{PHONE_END}")
    press(sam, "Send me a code")
    wait_until(lambda: sent(morag, f"+447700900{PHONE_END}"), 40)
    code = re.search(r"([A-Z0-9][A-Z0-9-]{3,}) is your", morag.locator("main").inner_text())[1]  # type: ignore[index]
    fill(sam, code=code)
    press(sam, "Go on")
    sam.goto("/me/")
    says(sam, "Hello Sam")

    # 4. Two authors, one plan.
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
    fill(sam, title="I will have a room of my own", why="So that I can shut the door.", good="LIFE")
    send(sam)
    priya.goto(person + "plan/")
    says(priya, "I will have a room of my own")
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
    own = priya.locator("article, section, li, .plan-goal, .goal", has_text="I will have a room of my own").last
    goal = re.search(r"/plan/goals/(\d+)/", own.inner_html())[1]  # type: ignore[index]
    priya.goto(f"{person}plan/goals/{goal}/say/")
    fill(priya, author="PRACTITIONER", answer="AGREE")
    send(priya)
    for number in re.findall(r"/plan/goals/(\d+)/steps/add/", priya.goto(person + "plan/").text()):  # type: ignore[union-attr]
        priya.goto(f"{person}plan/goals/{number}/steps/add/")
        fill(
            priya,
            words_of="PARTICIPANT",
            text="Ring about it on Monday",
            who="PARTICIPANT",
            due_on=TODAY + timedelta(days=14),
        )
        send(priya)
    priya.goto(person + "plan/")
    press(priya, "Keep as agreed version")
    priya.goto(person + "plan/versions/1/print/")
    says(priya, "I will have a room of my own")

    # 5. The manager opens the budget; Sam sees the sum before anything else about money.
    morag.goto(person + "money/")
    press(morag, "Open the budget")
    sam.goto("/me/")
    says(sam, "£2,000")
    sam.goto("/me/money/")
    says(sam, "£2,000")

    # 6. Sam is asked what could help without money, and then asks.
    sam.get_by_role("button", name="Ask for something").click()
    fill(sam, goal="I will have a room of my own", without_money="My aunt asked her landlord. No luck.")
    press(sam, "Next")
    fill(sam, what="Deposit for a room", amount="£295.50", purpose="HOME", for_whom="ME", why="It starts on Monday.")
    press(sam, "Send")
    says(sam, "We will tell you when there is an answer")

    # 7. A manager who did not ask says yes, from the home list; Sam is told.
    morag.goto("/?kind=Request")
    item = morag.locator(".work-item", has_text=NOVAK)
    item.locator("summary").click()
    item.locator("textarea").fill("It is what the plan is for.")
    item.get_by_role("button", name="Approve").click()
    says(morag, "The money is set aside")
    request_page = morag.url
    sam.goto("/me/")
    says(sam, "Approved")

    # 8. The practitioner finds help near by and refers; the provider needs no account; the money follows.
    priya.goto(f"/services/?person={person.rstrip('/').rsplit('/', 1)[1]}&need=ACCOMMODATION&outcode=PR1")
    says(priya, "Housing advice and deposits")
    priya.get_by_role("link", name="Housing advice and deposits").first.click()
    priya.locator("main a", has_text="Refer").first.click()
    fill(priya, need="ACCOMMODATION", reason="A deposit and a landlord who says yes.", told="Please ring after 3pm.")
    if priya.locator("main [name='agreed']").count():
        priya.check("main [name='agreed']")
    press(priya, "Send the referral")
    priya.goto(person + "services/")
    reference = re.search(r"[A-Z]{2}\d{4}[A-Z]{2}", priya.locator("main").inner_text())[0]  # type: ignore[index]
    wait_until(lambda: sent(morag, f"Its reference is {reference}"), 40)
    link = re.search(rf"/r/{reference}[^\s]+/", morag.locator("main").inner_text())[0]  # type: ignore[index]
    provider = enter(None)
    provider.goto(link)
    assert NOVAK not in provider.content()
    says(provider, "Can you help?")
    fill(provider, name="Joan at the desk")
    press(provider, "Yes, I can help")
    provider.goto(link)
    fill(provider, delivered_on=TODAY)
    press(provider, "Mark as delivered")
    priya.goto(request_page)
    priya.get_by_role("button", name="Tie to a referral").click()
    priya.locator("main input[type=radio]").first.check()
    press(priya, "Tie them together")
    morag.goto(request_page)
    morag.get_by_role("button", name="Record a payment").click()
    fill(morag, invoice=f"FP-{RUN}")
    press(morag, "Record the payment")
    says(morag, "The payment is recorded")
    assert "balances to the penny" in manage("verify_ledger")
    sam.goto("/me/money/")
    says(sam, "£1,704.50")

    # 9. They meet. The reminder goes out once; a volunteer logs a meeting and sees only what Sam agreed to.
    soon = (datetime.now(ZoneInfo("Europe/London")) + timedelta(hours=3)).replace(minute=randint(1, 29))
    clock = f"{soon:%I:%M}".lstrip("0") + f"{soon:%p}".lower()
    arrange(priya, person, soon.date(), clock)
    reminder = f"you have a meeting on {soon:%a} {soon.day} {soon:%B} at {clock}"
    wait_until(lambda: sent(morag, reminder), 60)
    assert sent(morag, reminder) == 1
    priya.goto(person + "circle/add/")
    fill(priya, user="Vik Okafor", relationship="VOLUNTEER")
    press(priya, "Bring into the circle")
    vik.goto("/circle/")
    vik.locator(f"main a[href*='{person.rstrip('/')[-36:]}']").first.click()
    assert f"900{PHONE_END}" not in vik.content()
    assert "I will have a room of my own" not in vik.content()
    sam.goto("/me/circle/")
    sam.locator("main input[value='GOALS']").first.check()
    press(sam, "Save")
    vik.reload()
    says(vik, "I will have a room of my own")
    assert f"900{PHONE_END}" not in vik.content()
    vik.goto(vik.url.rstrip("/") + "/meetings/new/")
    fill(vik, day=TODAY, at="12:01am", note="A walk by the canal.")
    press(vik, "Save")
    arrange(priya, person, TODAY - timedelta(days=1), "9am")
    record(priya, NOVAK, "COMPLIED")
    priya.goto(person)
    says(priya, "came and complied")

    # 10 and 11. Lee misses two meetings in a row: the sweep puts it on the home list, most urgent first.
    priya.goto(f"/people/?q={GRAY}")
    priya.get_by_role("link", name=re.compile(GRAY)).first.click()
    lee = re.match(r"(.*/people/[0-9a-f-]{36}/)", priya.url)[1]  # type: ignore[index]
    for days in (4, 2):
        arrange(priya, lee, TODAY - timedelta(days=days), "9am")
        record(priya, GRAY, "UNACCEPTABLE_ABSENCE")
    manage("shell", "-c", "from rehab.tasks import sweep; sweep.delay()")

    def noticed() -> bool:
        priya.goto("/?kind=Alert")
        return GRAY in priya.locator("main").inner_text()

    wait_until(noticed, 60)
    item = priya.locator(".work-item", has_text=GRAY).first
    assert "Missed two meetings in a row" in item.inner_text()
    item.locator("summary").click()
    form = item.locator("form")
    outcome = form.locator("[name=outcome]").first
    if outcome.evaluate("e => e.tagName") == "SELECT":
        outcome.select_option("BACK_IN_TOUCH")
    else:
        form.locator("[name=outcome][value=BACK_IN_TOUCH]").check()
    form.locator("[name=note]").fill("Lee rang back. We meet on Friday.")
    form.get_by_role("button").first.click()
    priya.goto("/?kind=Alert")
    assert GRAY not in priya.locator("main").inner_text()
    priya.goto("/")
    kinds = [int(name) for name in re.findall(r"work-item--(\d+)", priya.content())]
    assert kinds == sorted(kinds)

    # 12. The commissioner sees what the money did, with no names.
    carol.goto("/reports/money/")
    says(carol, "What the money did")
    for heading in ("By funder", "By area", "By purpose", "By month"):
        says(carol, heading)
    assert NOVAK not in carol.content()
    with carol.expect_download() as download:
        carol.get_by_role("link", name=re.compile("CSV")).first.click()
    assert "Put in" in Path(download.value.path()).read_text("utf-8-sig")
