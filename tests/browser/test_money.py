"""Money as each role sees it in the browser: who asks, a panel that decides, two in finance, the bank, a funder.

It walks with somebody of the story, in one order: each part needs those before it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from random import SystemRandom
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import pytest

from common.working_days import add_working_days, our_nation
from tests.browser.acts import fill, manage, press, says
from tests.browser.conftest import DESK, PHONE
from tests.people.record.test_documents import a_jpeg

PRIYA, MORAG, WINSTON, AMARA, FERGUS, FRANCES = (
    f"{name}@demo.example" for name in ("priya", "morag", "winston", "amara", "fergus", "frances")
)
NELL, *PANEL = (f"{name}@demo.example" for name in ("nell", "idris", "hetty", "cyril"))
IDRIS, HETTY, CYRIL = PANEL
RUN = SystemRandom().randint(1000, 9999)
WHAT, SMALL, TOO_MUCH = f"A course with both tickets {RUN}", "A bus or train ticket", f"A better bicycle {RUN}"
TODAY = datetime.now(ZoneInfo("Europe/London")).date()
PRICE = {"name": "price.jpg", "mimeType": "image/jpeg", "buffer": a_jpeg()}


class World:
    """Somebody of the story, and each role's own browser."""

    def __init__(self, enter) -> None:
        self.enter, self.pages = enter, {}
        said = manage("shell", "-c", "from tests.browser.by_services import somebody; somebody()")
        found = re.search(r"somebody=(.+)", said)[1].split("|")  # type: ignore[index]
        self.ref, self.budget, self.account, self.payee, self.paying = found
        self.request = ""  # the address of what was asked for, for staff
        self.ordered = ""  # the payment's reference, as the bank's line has it

    def page_of(self, email: str):
        if email not in self.pages:
            self.pages[email] = self._signed_in(email) if email in PANEL else self.enter(email)
        return self.pages[email]

    @property
    def me(self):
        """The person's own phone."""
        if "me" not in self.pages:
            self.pages["me"] = self._signed_in(self.account, PHONE)
        return self.pages["me"]

    def _signed_in(self, account: str, size=DESK):
        """A page of an account that the demo has no button for: by a session of theirs."""
        told = manage("shell", "-c", f"from tests.browser.by_services import session_of; session_of({account!r})")
        page = self.enter(None, size)
        page.goto("/accounts/login/")
        key = re.search(r"session=(\S+)", told)[1]  # type: ignore[index]
        page.context.add_cookies([{"name": "session", "value": key, "url": urljoin(page.url, "/")}])
        return page


@pytest.fixture(scope="module")
def world(enter) -> World:
    return World(enter)


def open_request(page, what: str) -> None:
    page.goto("/requests/?state=ALL")
    while not page.get_by_role("link", name=what).count():
        page.locator("a[rel=next], .govuk-pagination__next a").first.click()
    page.get_by_role("link", name=what).first.click()


def ask(page, address: str, what: str, amount: str) -> None:
    page.goto(address)
    page.locator("main input[name=goal]").first.check()
    fill(
        page, without_money="We asked round.", what=what, amount=amount, purpose="WORK", for_whom="ME", why="To begin."
    )
    page.set_input_files("main input[type=file]", PRICE)
    press(page, "Send for a decision")


def test_someone_asks_for_something_small_in_three_presses_and_reads_where_it_is(world):
    me = world.me
    me.goto(f"/me/money/{world.budget}/small/")
    me.get_by_label(re.compile(SMALL)).first.check()
    press(me, "Ask for it")
    says(me, "You asked")
    me.goto("/me/money/")
    says(me, SMALL)
    me.goto("/me/money/every-penny/")
    says(me, "You got")
    me.goto("/me/money/statement/")
    says(me, "£2,000")


def test_their_worker_asks_for_more_than_one_manager_decides_and_names_who_sells_it(world):
    worker = world.page_of(PRIYA)
    ask(worker, f"/people/{world.ref}/money/{world.budget}/ask/", WHAT, "600")
    says(worker, "so a panel does")
    worker.get_by_role("link", name=WHAT).first.click()
    world.request = worker.url
    says(worker, "A panel decides")


def test_a_manager_sends_it_without_a_name_and_a_member_who_asks_first_is_answered(world):
    morag, nell, winston = (world.page_of(who) for who in (MORAG, NELL, WINSTON))
    morag.goto(world.request)
    says(morag, "What is checked")
    press(morag, "Send it to the panel")
    fill(morag, what=WHAT, goal="Work", why="It opens the door to the warehouse.")
    press(morag, "Send it to the panel")
    nell.goto("/panel/")
    nell.get_by_role("link", name=WHAT).click()
    nell.get_by_role("link", name="Ask a question first").click()
    fill(nell, text="Is the test in the price?")
    press(nell, "Ask")
    winston.goto(world.request)
    winston.get_by_role("link", name=re.compile("Answer it")).click()
    fill(winston, answer="Yes, both tests are.")
    press(winston, "Answer")
    nell.reload()
    says(nell, "Yes, both tests are.")


def test_the_panel_votes_and_the_person_reads_what_it_said(world):
    for who, amount in ((NELL, "600"), (IDRIS, "600"), (HETTY, "500")):
        page = world.page_of(who)
        page.goto("/panel/")
        page.get_by_role("link", name=WHAT).click()
        fill(page, amount=amount, reason="It opens a door.")
        press(page, "Vote")
    morag = world.page_of(MORAG)
    fourth = world.page_of(CYRIL)
    fourth.goto("/panel/")
    fourth.get_by_role("link", name=WHAT).click()
    fourth.get_by_text("Do you think you know").click()
    press(fourth, "I may know who it is")
    morag.goto(world.request)
    says(morag, "Approved")
    world.me.goto("/me/money/")
    world.me.get_by_role("link", name=WHAT).click()
    says(world.me, "It opens a door.")


def test_who_asked_names_who_is_paid_and_a_third_orders_it_by_bank(world):
    worker, winston = world.page_of(PRIYA), world.page_of(WINSTON)
    worker.goto(world.request)
    worker.get_by_role("link", name="Name them").click()
    fill(worker, payee=world.payee)
    press(worker, "Name them")
    winston.goto(world.request)
    winston.locator("main a, main button").filter(has_text=re.compile("^ *(Pay|Record a payment)")).first.click()
    fill(winston, how="BANK", invoice=f"C-{RUN}", more="no")
    press(winston, "^ *Pay")
    says(winston, world.payee)


def test_two_in_finance_draft_and_approve_a_run_and_take_its_file(world):
    amara, fergus = world.page_of(AMARA), world.page_of(FERGUS)
    amara.goto("/pay-runs/new/")
    amara.locator("main .govuk-checkboxes__item", has_text="600").locator("input").first.check()
    fill(amara, account=world.paying, pay_on=add_working_days(TODAY, 3, our_nation()))
    press(amara, "Draft it")
    address = amara.url
    says(amara, "a second finance officer approves it")
    fergus.goto(address)
    press(fergus, "Approve all of it")
    amara.goto(address)
    amara.locator("main form button", has_text=re.compile("CSV")).first.click()
    amara.wait_for_load_state()
    with amara.expect_download() as taken:
        amara.get_by_role("link", name=re.compile("Download the file")).click()
    said = taken.value.path().read_text()
    assert "600.00" in said or "60000" in said
    world.ordered = re.search(r"GL\d{8}", amara.locator("main tr", has_text="£600").last.inner_text())[0]  # type: ignore[index]


def test_the_banks_statement_pays_it_once_and_the_file_again_changes_nothing(world):
    amara = world.page_of(AMARA)
    line = (
        f"Date,Description,Amount,Balance\n{TODAY:%d/%m/%Y},{world.payee} {world.ordered},-600.00,{91_000 + RUN}.00\n"
    )
    file = {"name": f"bank-{RUN}.csv", "mimeType": "text/csv", "buffer": line.encode()}
    for _ in ("first", "again"):
        amara.goto("/bank/")
        fill(amara, account=world.paying)
        amara.set_input_files("main input[type=file]", file)
        amara.locator("main").get_by_role("button", name="Read it").click()
        amara.wait_for_load_state()
        assert amara.locator("main").inner_text().count("−£600") == 1
    world.me.goto("/me/money/every-penny/")
    says(world.me, f"Paid for: {WHAT}")
    amara.goto("/books/exceptions/")
    says(amara, "Exceptions")
    amara.goto("/books/")
    says(amara, "Do the books add up?")
    assert "balances to the penny" in manage("verify_ledger")


def test_a_refusal_is_looked_at_again_by_another_who_says_yes_to_a_part(world):
    worker, morag, winston, me = world.page_of(PRIYA), world.page_of(MORAG), world.page_of(WINSTON), world.me
    ask(worker, f"/people/{world.ref}/money/{world.budget}/ask/", TOO_MUCH, "90")
    worker.get_by_role("link", name=TOO_MUCH).first.click()
    address = worker.url
    morag.goto(address)
    morag.locator("main textarea[name=reason]").fill("A used one does it.")
    press(morag, "Refuse")
    me.goto("/me/money/")
    me.get_by_role("link", name=TOO_MUCH).click()
    says(me, "A used one does it.")
    press(me, "Ask someone else to look again")
    fill(me, why="The used ones have no brakes.")
    press(me, "^ *Ask someone else *$")
    again = re.search(r"/me/requests/(\d+)/", me.url)[1]  # type: ignore[index]
    morag.goto(f"/requests/{again}/")
    assert morag.locator("main button", has_text="Approve").count() == 0
    winston.goto(f"/requests/{again}/")
    fill(winston, granted="60", reason="A used one with new brakes.")
    press(winston, "Approve and set the money aside")
    me.goto(f"/me/requests/{again}/")
    says(me, "£60")


def test_a_funder_reads_what_became_of_its_money_on_a_page_and_in_two_files(world):
    frances = world.page_of(FRANCES)
    frances.goto("/statements/")
    frances.locator("main a[href*='/statements/']").first.click()
    says(frances, "Police and crime commissioner")
    put_in = re.search(r"Put in\s+£([\d,.]+)", frances.locator("main").inner_text())[1]  # type: ignore[index]
    files = []
    for kind in ("CSV", "PDF"):
        with frances.expect_download() as got:
            frances.get_by_role("link", name=re.compile(kind)).first.click()
        files.append(got.value.path().read_bytes())
    assert f"Put in,{put_in.replace(',', '')}" in files[0].decode()
    assert files[1].startswith(b"%PDF")
    assert frances.goto(f"/people/{world.ref}/").status in (403, 404)


def test_a_finance_officer_enters_money_and_another_agrees_that_it_came(world):
    amara, fergus = world.page_of(AMARA), world.page_of(FERGUS)
    amara.goto("/funds/")
    amara.get_by_role("link", name="Own Two Feet").first.click()
    amara.locator("main a[href*='contribute']").first.click()
    fill(amara, amount="12.34", happened_on=TODAY - timedelta(days=1), reference=f"Letter {RUN}")
    amara.locator("main form button:visible").last.click()
    amara.wait_for_load_state()
    fergus.goto("/books/")
    fergus.locator("main tr", has_text="£12.34").get_by_role("link").last.click()
    press(fergus, "Agree|It is so|Yes")
    fergus.goto("/books/")
    assert "£12.34" not in fergus.locator("main").inner_text()
