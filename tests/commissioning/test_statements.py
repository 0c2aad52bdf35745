"""What became of one funder's money: every line, and that they add up."""

from __future__ import annotations

import io
from datetime import date, timedelta
from types import SimpleNamespace

import pikepdf
import pytest
from django.urls import reverse

from budgets import corrections
from budgets.commands import new_key
from budgets.models import Fund, Funder, FunderReader, Pot
from commissioning import statement_pdf
from commissioning.publishing import publish
from commissioning.statements import OTHER, statement
from commissioning.verification import differences
from tests.budgets.conftest import budget, fund, make_budget, make_fund, make_goal, make_programme  # noqa: F401
from tests.commissioning.test_reports import NEXT_MONTH, crowd, spend  # noqa: F401
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


def adds_up(found) -> bool:
    taken = found.given_back + found.paid
    return found.before + found.aside_before + found.put_in - taken == found.left + found.aside


@pytest.fixture
def council(crowd):  # noqa: F811
    return Funder.objects.get(name="Council")


def test_every_line_is_there_and_they_add_up_to_the_penny(crowd, spend, council, manager, payer):  # noqa: F811
    spend(crowd[:6], at=NOW)
    back = corrections.ask_withdrawal(
        pot=Pot.objects.get(funder=council), amount=5_00, happened_on=TODAY, reason="Theirs.", by=manager, now=NOW,
        key=new_key(),
    )  # fmt: skip
    corrections.agree(correction=back, by=payer, now=NOW, key=new_key())
    publish(today=NEXT_MONTH)

    found = statement(council, None)
    assert found
    assert (found.put_in, found.given_back, found.before) == (60_000_00, 5_00, 0)
    assert found.purposes is not None
    assert sum(found.purposes.values()) == found.paid > 0
    assert adds_up(found)
    assert differences() == []


def test_purposes_of_too_few_stand_together_and_the_parts_still_sum(crowd, spend, council):  # noqa: F811
    spend(crowd[:6], at=NOW)
    spend(crowd[6:8], at=NOW, purpose="WORK")
    publish(today=NEXT_MONTH)
    found = statement(council, None)
    assert found
    assert found.purposes is not None
    assert "Work and training" not in found.purposes
    assert OTHER in found.purposes
    assert sum(found.purposes.values()) == found.paid
    assert adds_up(found)


def test_the_next_year_begins_with_what_the_last_one_left(crowd, spend, council):  # noqa: F811
    spend(crowd[:6], at=NOW)
    publish(today=NEXT_MONTH)
    spend(crowd[:7], at=NOW + timedelta(days=335))
    publish(today=date(2027, 6, 1))
    first, second = statement(council, 2026), statement(council, 2027)
    assert first
    assert second
    assert (second.before, second.aside_before) == (first.left, first.aside)
    assert second.put_in == 0
    assert second.paid > 0
    assert adds_up(first)
    assert adds_up(second)


def test_of_too_few_people_only_what_was_put_in_is_said(make_fund, make_budget, participant, client_as, commissioner):  # noqa: F811
    make_budget(participant, make_fund("small", trust=9_000_00))
    publish(today=NEXT_MONTH)
    trust = Funder.objects.get(name="Trust")
    found = statement(trust, None)
    assert found
    assert (found.purposes, found.put_in) == (None, 9_000_00)
    page = client_as(commissioner).get(reverse("commissioning:statement", args=[trust.pk])).content.decode()
    assert "Too few people" in page
    assert "Not used yet at the end" not in page
    answer = client_as(commissioner).get(reverse("commissioning:statement-csv", args=[trust.pk]))
    assert "Not used" not in b"".join(answer).decode()


def test_the_file_says_what_the_page_says(crowd, spend, council, client_as, commissioner):  # noqa: F811
    spend(crowd[:6], at=NOW)
    publish(today=NEXT_MONTH)
    page = client_as(commissioner).get(reverse("commissioning:statement", args=[council.pk])).content.decode()
    assert "£60,000" in page
    answer = client_as(commissioner).get(reverse("commissioning:statement-csv", args=[council.pk]))
    rows = b"".join(answer).decode()
    assert "Put in,60000.00" in rows
    assert Fund.objects.exists()


def test_a_funder_of_whom_nothing_is_known_has_no_statement(client_as, commissioner, db):
    new = Funder.objects.create(name="New")
    assert statement(new, None) is None
    page = client_as(commissioner).get(reverse("commissioning:statement", args=[new.pk]))
    assert "Nothing has moved yet" in page.content.decode()


@pytest.fixture
def funder(db):
    return Funder.objects.create(name="Health board")


@pytest.fixture
def reader(make_user):
    return make_user("Fi Funder", "FUNDER")


def reads_for(funder, user, by, **over):
    return FunderReader.objects.create(
        **{"funder": funder, "user": user, "starts_on": date.today(), "added_by": by, "added_at": NOW, **over}  # noqa: DTZ011
    )


def test_a_funder_reads_its_own_statement_and_no_others(funder, reader, commissioner, client_as):
    other, client = Funder.objects.create(name="Another"), client_as(reader)
    assert "Not linked to a funder yet" in client.get(reverse("commissioning:my-statements")).text
    reads_for(funder, reader, commissioner)
    assert client.get(reverse("commissioning:my-statements")).url == reverse(
        "commissioning:my-statement", args=[funder.pk]
    )
    for kind in ("", "-csv", "-pdf"):
        assert client.get(reverse(f"commissioning:my-statement{kind}", args=[funder.pk])).status_code == 200
        assert client.get(reverse(f"commissioning:my-statement{kind}", args=[other.pk])).status_code == 404
        assert client.get(reverse(f"commissioning:statement{kind}", args=[funder.pk])).status_code == 403
    reads_for(other, reader, commissioner)
    assert "Another" in client.get(reverse("commissioning:my-statements")).text


def test_the_files_of_a_funder_say_what_its_page_says(crowd, spend, council, reader, commissioner, client_as):  # noqa: F811
    spend(crowd[:6], at=NOW)
    publish(today=NEXT_MONTH)
    reads_for(council, reader, commissioner)
    client = client_as(reader)
    page, file, pdf = (
        client.get(reverse(f"commissioning:my-statement{kind}", args=[council.pk])) for kind in ("", "-csv", "-pdf")
    )
    assert "£60,000" in page.content.decode()
    assert "Put in,60000.00" in b"".join(file).decode()
    empty = statement_pdf.draw(council, None, [], today=TODAY)
    assert len(b"".join(pdf)) > len(empty) + 100


def test_after_their_last_day_they_read_it_no_more(funder, reader, commissioner, client_as):
    day = date.today() - timedelta(days=1)  # noqa: DTZ011 - pages have the real clock
    reads_for(funder, reader, commissioner, starts_on=day, ends_on=day)
    assert client_as(reader).get(reverse("commissioning:my-statement", args=[funder.pk])).status_code == 404


def test_finance_names_who_reads_for_a_funder_and_ends_it(funder, reader, make_user, client_as):
    fay = make_user("Fay Finance", "FINANCE")
    client, where = client_as(fay), reverse("budgets:funder-readers", args=[funder.pk])
    assert "Nobody" in client.get(where).text
    client.post(where, {"user": reader.pk})
    found = FunderReader.objects.get()
    assert (found.user, found.added_by) == (reader, fay)
    assert "Fi Funder" in client.get(where).text
    client.post(reverse("budgets:funder-reader-end", args=[funder.pk, found.pk]))
    found.refresh_from_db()
    assert found.ends_on == date.today()  # noqa: DTZ011


def test_the_page_to_print_has_the_lines_of_the_file(funder, monkeypatch):
    lines = [("Put in", 1_234_56), ("Paid: Travel", -34_50), ("Not used yet at the end", 1_200_06)]
    found = SimpleNamespace(first_day=None, last_day=date(2026, 5, 31), purposes={"Travel": 34_50})
    said: list[str] = []
    for name in ("printable", "pounds"):
        usual = getattr(statement_pdf, name)
        monkeypatch.setattr(statement_pdf, name, lambda it, usual=usual: (said.append(usual(it)), said[-1])[1])
    data = statement_pdf.draw(funder, found, lines, today=TODAY)
    assert said == ["What", "Put in", "£1,234.56", "Paid: Travel", "−£34.50", "Not used yet at the end", "£1,200.06"]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert [round(float(length)) for length in pdf.pages[0].mediabox[2:]] == [595, 842]
    assert statement_pdf.draw(funder, None, [], today=TODAY).startswith(b"%PDF")
