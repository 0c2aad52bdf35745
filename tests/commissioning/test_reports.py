"""The reports say what the ledger said when it was published, and nothing about a few people."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, transaction
from django.db.models import F

from budgets import services
from budgets.commands import new_key
from budgets.models import Budget, Fund, Funder
from commissioning import reports
from commissioning.models import By, PublishedCount, PublishedSum, PutIn
from commissioning.publishing import publish
from commissioning.reports import Choice, Published
from commissioning.verification import differences
from common.models import Heartbeat
from common.postgres.actor import SYSTEM, acting_as
from tests.attacks.canaries import as_owner
from tests.budgets.conftest import (  # noqa: F401 - fixtures
    budget,
    fund,
    goal,
    make_budget,
    make_fund,
    make_goal,
    make_programme,
)  # fmt: skip
from tests.conftest import NOW, TODAY
from tests.money import put_in

NEXT_MONTH = date(2026, 7, 1)


def report(name, **choice):
    return reports.REPORTS[name](Published(Choice(**choice)))


def cells(made, name):
    return next(line.cells for line in made.lines if line.name.startswith(name))


def lines(made):
    return {line.name: (*line.cells.values(), line.people) for line in made.lines}


def test_nothing_is_shown_before_the_month_ends(crowd):
    publish(today=TODAY)

    assert all(report(name).lines == [] for name in reports.REPORTS)


def test_each_funder_sees_what_its_own_money_did(crowd):
    publish(today=NEXT_MONTH)

    made = report("funder")

    assert cells(made, "Council") == {
        "contributed": 60_000_00, "given_back": 0, "allocated": 20 * 1_200_00, "committed": 0, "paid": 0,
        "left": 60_000_00,
    }  # fmt: skip
    assert made.total.cells["allocated"] == 20 * 2_000_00
    assert {line.people for line in made.lines} == {20}


def test_a_payment_to_one_person_is_not_shown_until_five_were_paid(crowd, spend):
    """The finding: the live report showed one approval to the penny."""
    publish(today=NEXT_MONTH)
    before = report("funder")
    spend(crowd[:4], at=NOW + timedelta(days=31))
    publish(today=date(2026, 8, 1))

    assert cells(report("funder"), "Council") == cells(before, "Council")
    assert [(line.name, line.note) for line in report("funder").lines] == [("Council", ""), ("Health", "")]
    spend(crowd[4:5], at=NOW + timedelta(days=62))
    publish(today=date(2026, 9, 1))

    assert report("funder").total.cells["paid"] == 5 * 40_00
    assert [line.name for line in report("month").lines] == ["June 2026", "August 2026"]


@pytest.fixture
def spend(make_goal, officer, manager, payer):  # noqa: F811
    """Pay £40 for each of these people at a time: asked for, decided and paid by three."""

    def pay(people, at, purpose="HOME"):
        for person in people:
            money = Budget.objects.get(enrolment__participant=person)
            towards = make_goal(person, f"A course, {at:%B %Y}, {purpose}", by=officer)
            draft = services.start_request(budget=money, goal=towards, without_money="Asked round.", by=officer)
            asked = services.ask(
                spend=draft, what="A course", amount=40_00, purpose=purpose, for_whom="ME", why="To stay.", by=officer,
                now=at,
                key=new_key(),
            )  # fmt: skip
            aside = services.approve_request(spend=asked, reason="Yes", by=manager, now=at, key=new_key())
            services.record_payment(
                commitment=aside, amount=40_00, payee="Shop", paid_on=at.date(), by=payer, now=at, key=new_key()
            )

    return pay


def test_what_was_put_in_is_what_is_left_set_aside_and_paid(crowd, spend):
    spend(crowd, at=NOW)
    publish(today=NEXT_MONTH)

    total = report("funder").total.cells

    assert total["paid"] == 20 * 40_00
    assert total["contributed"] == total["left"] + total["committed"] + total["paid"]


def test_a_funder_whose_people_are_too_few_shows_only_what_it_put_in(budget):  # noqa: F811
    publish(today=NEXT_MONTH)

    assert cells(report("funder"), "Health") == {
        "contributed": 40_000_00, "given_back": 0, "allocated": None, "committed": None, "paid": None, "left": None,
    }  # fmt: skip
    assert report("area").lines == []


def test_a_report_for_one_funder_has_that_funder_alone(crowd):
    publish(today=NEXT_MONTH)

    made = report("funder", funder=Funder.objects.get(name="Health"))

    assert [line.name for line in made.lines] == ["Health"]
    assert report("area", funder=Funder.objects.get(name="Health")).total.cells["allocated"] == 20 * 800_00


@pytest.fixture
def crowd(make_participant, make_budget, fund, officer, unit):  # noqa: F811
    """Six people in each of three areas, two in a fourth. All have been given their money."""
    from people.models import DeliveryUnit

    number, people = 200, []
    for code, count in [("T1", 6), ("T2", 6), ("T4", 6), ("T3", 2)]:
        area, _ = DeliveryUnit.objects.get_or_create(
            code=code, defaults={"name": f"Area {code}", "region": unit.region}
        )
        for _ in range(count):
            number += 1
            people.append(make_participant("P", f"N{number}", f"X200{number}", officer, delivery_unit=area))
            make_budget(people[-1], fund)
    return people


def test_a_small_area_waits_and_is_then_put_together_with_a_large_one(crowd):
    publish(today=NEXT_MONTH)  # June ends a quarter

    shown = lines(report("area"))

    alone = shown.keys() - {"Areas put together"}
    assert len(alone) == 2
    assert alone < {"Northbridge", "Area T2", "Area T4"}
    assert shown["Areas put together"] == (8 * 2_000_00, 0, 0, None)
    assert [shown[name][-1] for name in alone] == [5, 5]


def test_what_is_not_split_yet_has_a_line_so_that_every_table_has_the_same_total(crowd, spend):
    publish(today=NEXT_MONTH)
    spend([*crowd[:4], crowd[6]], at=NOW + timedelta(days=31))
    publish(today=date(2026, 8, 1))

    made = report("area")

    assert cells(made, "Not split yet") == {"allocated": 0, "approved": 5 * 40_00, "paid": 5 * 40_00}
    assert made.total.cells["paid"] == report("funder").total.cells["paid"] == 5 * 40_00
    publish(today=date(2027, 4, 1))
    assert [line.name for line in report("area").lines][-1] == "Areas put together"


def test_no_row_is_changed_by_what_happens_later(crowd, unit):
    """A move to another area would move the money of earlier months, and the difference would be that person's."""
    publish(today=NEXT_MONTH)
    before = lines(report("area"))
    person = crowd[-1]
    person.delivery_unit = crowd[0].delivery_unit
    person.save()

    publish(today=NEXT_MONTH)
    assert lines(report("area")) == before
    publish(today=date(2026, 8, 1))
    assert {name: cells[0] for name, cells in lines(report("area")).items()} == {
        name: cells[0] for name, cells in before.items()
    }


def test_a_second_night_publishes_nothing(crowd):
    first = publish(today=NEXT_MONTH)

    assert first > 0
    assert publish(today=NEXT_MONTH + timedelta(days=3)) == 0
    assert PublishedCount.objects.filter(by=By.TOTAL, funder=None).count() == 2  # since the start, and for the year


def test_what_is_published_is_in_the_ledger_to_the_penny(crowd, spend):
    publish(today=NEXT_MONTH)
    assert PublishedSum.objects.count() > 4
    assert PutIn.objects.exists()
    spend([*crowd[:6], crowd[7]], at=NOW + timedelta(days=31))

    assert differences() == []
    publish(today=date(2027, 4, 1))
    assert differences() == []


def test_each_figure_that_is_not_in_the_ledger_is_named(crowd, spend):
    spend(crowd, at=NOW)
    publish(today=NEXT_MONTH)
    council = Funder.objects.get(name="Council")
    with as_owner():  # nobody else can
        PublishedSum.objects.filter(funder=council, by=By.AREA, label="").update(paid=F("paid") + 1)
        PublishedSum.objects.filter(funder=council, by=By.PURPOSE).update(committed=F("committed") - 2)
        PutIn.objects.filter(funder=council).update(pence=F("pence") + 3)

    found = differences()

    assert [sentence.split(":")[0] for sentence in found] == [
        "Council, area, paid to 2026-06-30",
        "Council, purpose, committed to 2026-06-30",
        "Council, put in to 2026-06-30",
    ]
    with pytest.raises(CommandError, match="3 differences"):
        call_command("verify_reports", stdout=StringIO())
    assert not Heartbeat.objects.get(name="verify_reports").ok


@pytest.mark.parametrize("table", ["publishedsum", "putin"])
def test_nobody_changes_what_was_published(crowd, table):
    publish(today=NEXT_MONTH)

    for act in (f"update commissioning_{table} set last_day = last_day", f"delete from commissioning_{table}"):
        with pytest.raises(DatabaseError, match="permission denied"), acting_as(SYSTEM), transaction.atomic():
            run(act)


def run(sql):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_only_those_who_read_reports_see_what_was_published(crowd, commissioner, manager, officer, make_user):
    publish(today=NEXT_MONTH)

    seen = {}
    finance = make_user("Fay Finance", "FINANCE")
    for user in (commissioner, manager, finance, officer):
        with transaction.atomic(), acting_as(user.pk):
            seen[user.pk] = (PublishedSum.objects.exists(), PutIn.objects.exists(), PublishedCount.objects.exists())

    readers = {user.pk: (True,) * 3 for user in (commissioner, manager, finance)}
    assert seen == {**readers, officer.pk: (False,) * 3}


def test_the_file_says_what_the_page_says(crowd, client_as, commissioner):
    publish(today=NEXT_MONTH)
    text = client_as(commissioner).get("/reports/money/area.csv").content.decode("utf-8-sig")
    page = client_as(commissioner).get("/reports/money/").content.decode()

    assert text.splitlines()[0] == "Area,Allocated,Approved,Paid,People"
    assert "Areas put together," in text
    assert "Areas put together" in page
    assert "Area T3" not in text + page
    assert "Figures up to 30 June 2026" in page
    assert "about 20" in page


def test_no_name_is_on_a_commissioners_page(crowd, client_as, commissioner):
    publish(today=NEXT_MONTH)
    page = client_as(commissioner).get("/reports/money/").content.decode()

    assert crowd[0].family_name not in page
    assert crowd[0].crn not in page


def test_a_page_asks_as_often_for_many_rows_as_for_few(crowd, client_as, commissioner, django_assert_max_num_queries):
    publish(today=NEXT_MONTH)
    client = client_as(commissioner)
    client.get("/reports/money/")

    with django_assert_max_num_queries(18):
        client.get("/reports/money/")


def test_months_and_years_are_local_and_the_year_starts_in_april(crowd):
    publish(today=NEXT_MONTH)

    assert [line.name for line in report("month", year=2026).lines] == ["June 2026"]
    assert report("month", year=2025).lines == []
    assert report("funder", year=2025).lines == []


def test_only_years_since_the_first_money_can_be_chosen(client_as, commissioner, crowd):
    publish(today=NEXT_MONTH)
    form = client_as(commissioner).get("/reports/money/").context["form"]

    years = [int(value) for value, _ in form.fields["year"].choices if value]
    first = min(line.last_day for line in PutIn.objects.all())
    assert min(years) == first.year - (first.month < 4)


def test_no_chart_shows_the_same_pounds_twice(client_as, commissioner, crowd):
    publish(today=NEXT_MONTH)
    page = client_as(commissioner).get("/reports/money/")

    (month,) = [part for part in page.context["parts"] if part["report"].name == "month"]
    assert "Allocated" not in month["chart"].svg


def test_what_is_left_in_a_later_year_counts_what_earlier_years_did(crowd):
    publish(today=NEXT_MONTH)

    made = report("funder", year=2027)

    assert cells(made, "Council")["left"] == 60_000_00
    assert cells(made, "Council")["allocated"] == 0


def test_a_choice_that_is_not_on_the_list_shows_everything(client_as, commissioner, crowd):
    answer = client_as(commissioner).get("/reports/money/?funder=99999999999999999999&year=nonsense")

    assert answer.status_code == 200


def test_a_funder_whose_people_wait_says_up_to_when_in_the_table(crowd, make_fund, spend, client_as, commissioner):  # noqa: F811
    make_fund("other", library=1_000_00)
    publish(today=NEXT_MONTH)
    spend(crowd[:4], at=NOW + timedelta(days=31))
    other, library = Fund.objects.get(programme__code="other"), Funder.objects.get(name="Library")
    put_in(other, library, 5_00, by=commissioner, now=NOW + timedelta(days=31))
    publish(today=date(2026, 8, 1))

    page = client_as(commissioner).get("/reports/money/").content.decode()

    assert [(line.name, line.note) for line in report("funder").lines] == [
        ("Council", " (to June 2026)"), ("Health", " (to June 2026)"), ("Library", ""),
    ]  # fmt: skip
    assert "Council (to June 2026)</th>" in page
    assert page.count("(to June 2026)") == 2  # the charts have the name alone
