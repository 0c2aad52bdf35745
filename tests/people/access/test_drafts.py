"""What is written and not sent: saved, offered to its author alone, put back, and gone once it is sent."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection, transaction
from django.http import QueryDict
from django.utils import timezone

from common import drafts as form_drafts
from common.postgres.actor import acting_as
from people.access import drafts
from people.models import AccessGrant, Draft
from tests.budgets.conftest import budget, fund, goal, make_budget, make_fund, make_goal, make_programme, make_request  # noqa: F401
from tests.threads import as_we_are

pytestmark = pytest.mark.django_db
SAVE = "/drafts/"
CARRIED = re.compile(r'name="(_draft\w*|_idempotency_key)"\s+value="([^"]*)"')


@pytest.fixture
def page(participant) -> str:
    return f"/people/{participant.ref}/contacts/new/"


def form_of(client, page: str) -> dict[str, str]:
    """The hidden fields of the page's form that saves drafts, but for its button."""
    html = client.get(page).content.decode()
    form = html[html.index("data-draft=") :]
    return {name: value for name, value in CARRIED.findall(form) if name != form_drafts.LATER}


def written(client, page: str, note: str, **more: str):
    """Save what a page's script would send. Returns the answer and the fields of the form."""
    fields = form_of(client, page)
    sent = {name: value for name, value in fields.items() if name != "_idempotency_key"}
    return client.post(SAVE, {"kind": "CALL", "note": note, **sent, **more}), fields


def offered(client, page: str) -> list[str]:
    html = client.get(page).content.decode()
    return re.findall(r'<section class="kit-draft".*?</section>', html, re.S)


def test_what_is_written_is_offered_again_to_its_author(client_as, officer, page):
    answer, _ = written(client_as(officer), page, "His nan is ill.")

    (draft,) = offered(client_as(officer), page)

    assert answer.status_code == 204
    assert "His nan is ill." in draft
    assert "Phone call" in draft


@pytest.mark.django_db(transaction=True)
def test_two_savings_of_one_tab_at_once_make_one_draft(participant, officer):
    known = drafts.Known(officer.pk, f"/people/{participant.ref}/contacts/new/", participant.pk)

    def save(number: int) -> None:
        sent = QueryDict(mutable=True)
        sent.update({"note": f"Word {number}", form_drafts.TAB: "one"})
        try:
            with acting_as(officer.pk):
                drafts.save(author=officer, known=known, sent=sent, now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(as_we_are(save), range(8)))

    with acting_as(officer.pk), transaction.atomic():
        assert json.loads(Draft.objects.get().words)["note"][0].startswith("Word ")


def test_home_says_what_was_written_and_not_sent_and_to_its_author_alone(client_as, officer, manager, page):
    written(client_as(officer), page, "His nan is ill.")
    home = client_as(officer).get("/").content.decode()
    assert "Written and not sent:" in home
    assert f'href="{page}">Contact, <bdi>' in home
    assert "nan" not in home
    assert "Written and not sent:" not in client_as(manager).get("/").content.decode()
    Draft.objects.update(is_sent=True)
    assert "Written and not sent:" not in client_as(officer).get("/").content.decode()


def test_nobody_reads_of_a_draft_about_someone_whom_they_do_not_see_any_more(client_as, officer, participant, page):
    written(client_as(officer), page, "His nan is ill.")
    AccessGrant.objects.filter(participant=participant).update(ends_at=timezone.now())
    assert "Written and not sent:" not in client_as(officer).get("/").content.decode()


def test_it_is_encrypted_where_it_is_stored(client_as, officer, page, django_db_blocker):
    from django.db import connection

    written(client_as(officer), page, "His nan is ill.")

    with connection.cursor() as cursor:
        cursor.execute("select words::text from people_draft")
        assert "nan" not in cursor.fetchone()[0]


def test_nobody_else_is_offered_it_or_can_put_it_back(client_as, officer, manager, page):
    written(client_as(officer), page, "His nan is ill.")
    draft = Draft.objects.get()

    assert offered(client_as(manager), page) == []
    assert "nan" not in client_as(manager).get(f"{page}?draft={draft.pk}").content.decode()
    client_as(manager).post(f"/drafts/{draft.pk}/throw-away/", {"_idempotency_key": "x"})
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_another_account_cannot_save_with_a_form_drawn_for_someone(client_as, officer, manager, page):
    fields = form_of(client_as(officer), page)

    answer = client_as(manager).post(
        SAVE, {"note": "x", form_drafts.TOKEN: fields[form_drafts.TOKEN], "_draft_tab": "t"}
    )

    assert answer.status_code == 400
    assert not Draft.objects.exists()


def test_a_second_save_replaces_the_first_of_the_same_tab(client_as, officer, page):
    client = client_as(officer)
    _, fields = written(client, page, "His nan")
    written(client, page, "His nan is ill.", _draft_tab=fields["_draft_tab"])

    assert [json.loads(draft.words)["note"] for draft in Draft.objects.all()] == [["His nan is ill."]]


def test_two_devices_stand_side_by_side(client_as, officer, page):
    written(client_as(officer), page, "From the desk.")
    written(client_as(officer), page, "From the phone.")

    assert len(offered(client_as(officer), page)) == 2


def test_put_back_fills_the_form_and_is_then_offered_no_more(client_as, officer, page):
    client = client_as(officer)
    written(client, page, "His nan is ill.", kind="VISIT", meaningful="yes")
    draft = Draft.objects.get()

    answer = client.get(f"{page}?draft={draft.pk}").content.decode()

    assert re.search(r"<textarea[^>]*>\s*His nan is ill.</textarea>", answer)
    assert re.search(r'value="VISIT"[^>]*checked', answer)
    assert f'name="_draft_put_back" value="{draft.pk}"' in answer
    assert 'class="kit-draft"' not in answer


def test_sending_empties_the_draft_and_the_one_put_back_and_no_other(client_as, officer, page):
    client = client_as(officer)
    written(client, page, "Another device.")
    other = Draft.objects.get()
    written(client, page, "His nan is ill.")
    mine = Draft.objects.exclude(pk=other.pk).get()
    fields = form_of(client, f"{page}?draft={mine.pk}")

    answer = client.post(page, {"kind": "CALL", "meaningful": "yes", "note": "His nan.", "soon": "NOW", **fields})

    assert answer.status_code == 302
    assert answer.cookies[drafts.SENT].value == fields["_draft_tab"]
    assert json.loads(Draft.objects.get(pk=mine.pk).words) == {}
    (left,) = offered(client, page)
    assert "Another device." in left


def test_a_late_save_does_not_bring_back_what_was_sent(client_as, officer, page):
    client = client_as(officer)
    fields = form_of(client, page)
    client.post(page, {"kind": "CALL", "meaningful": "yes", "note": "His nan.", "soon": "NOW", **fields})

    late, _ = written(client, page, "His nan.", _draft_tab=fields["_draft_tab"])

    assert late.status_code == 409
    assert offered(client, page) == []


def test_a_form_that_was_refused_stays_a_draft_under_the_same_name(client_as, officer, page):
    client = client_as(officer)
    _, fields = written(client, page, "His nan is ill.")

    answer = client.post(page, {"note": "His nan is ill.", **fields})

    assert answer.status_code == 200
    assert f'name="_draft_tab" value="{fields["_draft_tab"]}"' in answer.content.decode()
    assert len(offered(client, page)) == 1


def test_keep_for_later_saves_and_does_nothing_else(client_as, officer, participant, page):
    from engagement.models import Contact

    client = client_as(officer)
    fields = form_of(client, page)

    answer = client.post(
        page, {"kind": "CALL", "meaningful": "yes", "note": "Later.", "soon": "NOW", form_drafts.LATER: "1", **fields}
    )

    assert answer["Location"] == page
    assert not Contact.objects.exists()
    assert "Later." in offered(client, page)[0]


def test_keep_for_later_after_the_session_ended_is_there_after_signing_in(client, client_as, officer, page):
    fields = form_of(client_as(officer), page)

    answer = client.post(page, {"note": "Later, and away.", form_drafts.LATER: "1", **fields})

    assert "saved=1" in answer["Location"]
    assert "Later, and away." in offered(client_as(officer), page)[0]


def test_keep_for_later_is_refused_to_a_form_of_another_site(client_as, officer, page):
    client = client_as(officer)
    client.handler.enforce_csrf_checks = True
    answer = client.post(page, {"note": "x", form_drafts.LATER: "1", form_drafts.TOKEN: "x", "_idempotency_key": "x"})
    client.handler.enforce_csrf_checks = False

    assert answer.status_code == 403
    assert not Draft.objects.exists()


def test_it_is_known_of_whom_it_is_where_the_address_does_not_say(client_as, manager, make_request, participant):  # noqa: F811
    url = f"/requests/{make_request().pk}/"
    client = client_as(manager)
    sent = {name: value for name, value in form_of(client, url).items() if name != "_idempotency_key"}

    client.post(SAVE, {"reason": "It is what the plan is for.", **sent})

    assert Draft.objects.get().participant == participant


def test_keep_for_later_of_no_form_of_ours_shows_the_words(client_as, officer, page):
    answer = client_as(officer).post(page, {"note": "Later.", form_drafts.LATER: "1", form_drafts.TOKEN: "x"})

    assert answer.status_code == 409
    assert "Later." in answer.content.decode()


def test_what_is_sent_to_an_ended_session_is_there_after_signing_in(client, client_as, officer, page):
    fields = form_of(client_as(officer), page)

    answer = client.post(page, {"kind": "CALL", "note": "I was away.", **fields})

    assert "saved=1" in answer["Location"]
    assert "What you wrote is saved" in client.get(answer["Location"]).content.decode()
    assert "I was away." in offered(client_as(officer), page)[0]


def test_what_an_old_page_sends_is_saved_for_whoever_wrote_it(client_as, officer, page):
    client = client_as(officer)
    fields = form_of(client, page)
    client.handler.enforce_csrf_checks = True

    answer = client.post(page, {"note": "Signed in twice.", "csrfmiddlewaretoken": "old", **fields})
    client.handler.enforce_csrf_checks = False

    assert answer["Location"] == page
    assert "Signed in twice." in offered(client, page)[0]


def test_a_stranger_saves_nothing_for_anyone(client, officer, page):
    for token in ("", "x", signing.TimestampSigner(salt="other").sign_object([officer.pk, page])):
        client.post(page, {"note": "x", form_drafts.TOKEN: token})

    assert not Draft.objects.exists()


def test_the_key_differs_by_account_and_by_device_and_not_by_page(client_as, officer, manager, page):
    def key(client):
        return re.search(r'data-draft-key="([^"]+)"', client.get(page).content.decode())[1]

    one, other = client_as(officer), client_as(officer)

    assert key(one) == key(one)
    assert len({key(one), key(other), key(client_as(manager))}) == 3


def test_a_password_and_a_token_are_never_saved(client_as, officer, page):
    written(client_as(officer), page, "x", password="hunter2hunter2", csrfmiddlewaretoken="t")

    assert set(json.loads(Draft.objects.get().words)) == {"kind", "note"}


def test_more_than_a_form_holds_is_refused(client_as, officer, page):
    answer, _ = written(client_as(officer), page, "x" * (drafts.LARGEST + 1))

    assert answer.status_code == 413


def test_a_form_sent_with_its_own_key_would_not_be_saved_and_is_refused(client_as, officer, page):
    _, fields = written(client_as(officer), page, "x")

    answer = client_as(officer).post(SAVE, {"note": "y", **fields})

    assert answer.status_code == 400


def test_after_two_weeks_it_is_thrown_away(client_as, officer, page):
    written(client_as(officer), page, "Old.")
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=14, hours=1))

    assert drafts.throw_away_old(now=timezone.now()) == 1


def test_throwing_away_deletes_ones_own_and_leads_back(client_as, officer, page):
    client = client_as(officer)
    written(client, page, "Old.")

    answer = client.post(f"/drafts/{Draft.objects.get().pk}/throw-away/", {"next": page})

    assert answer["Location"] == page
    assert not Draft.objects.exists()


def test_saving_costs_few_queries(client_as, officer, page, django_assert_max_num_queries):
    client = client_as(officer)
    _, fields = written(client, page, "One")
    sent = {name: value for name, value in fields.items() if name != "_idempotency_key"}

    with django_assert_max_num_queries(17):
        client.post(SAVE, {"note": "Two", **sent})


def test_it_says_whose_page_it_was_written_on(client_as, officer, participant, page):
    written(client_as(officer), page, "x")

    assert Draft.objects.get().participant == participant
