"""What a form does not ask for is not taken from it: the same form with more fields does the same, and no more."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse

from budgets.models import Account, Budget, SpendRequest
from people.models import AccessGrant, CircleMember, Enrolment, Membership, Participant, User
from tests.attacks.callers import callers
from tests.attacks.full import FULL, sample
from tests.attacks.worlds import addresses_of
from tests.found_forms import FoundForm, forms_in
from tests.test_access import TABLE, circle_of_one, expected, world  # noqa: F401  fixtures

STANDING: dict[Any, tuple[str, ...]] = {
    User: ("email", "phone", "is_active"), Membership: ("user__email", "role", "team", "ends_on"),
    Participant: ("user", "crn", "risk_band", "merged_into", "delivery_unit"), Budget: ("enrolment",),
    AccessGrant: ("participant", "user__email", "team", "level", "why"), Account: ("balance",),
    SpendRequest: ("state", "amount", "budget", "goal"), Enrolment: ("participant", "state", "programme"),
    CircleMember: ("participant", "user__email", "relationship", "may_see"),
}  # fmt: skip
NOT_SENT = {"common:gallery", "account_logout", "account_leave", "enter"}


def added(world: Any) -> dict[str, str]:  # noqa: F811
    """What an attacker would have: more power, another's record, a decision, a sum."""
    other, me = str(world.other_participant.pk), str(world.volunteer.pk)
    return {
        **dict.fromkeys(("is_staff", "is_superuser", "is_active", "approved", "verified", "known"), "1"),
        **dict.fromkeys(("participant", "participant_id", "person", "person_id", "pk", "id"), other),
        **dict.fromkeys(("ref", "participant_ref"), str(world.other_participant.ref)),
        **dict.fromkeys(("user", "user_id", "by", "decided_by", "approved_by", "owner", "practitioner"), me),
        **dict.fromkeys(("balance", "allocation", "available", "spent", "price"), "999999"),
        **dict.fromkeys(("team", "team_id", "delivery_unit", "budget", "fund", "enrolment", "goal", "programme"), "1"),
        "role": "ADMINISTRATOR", "roles": "ADMINISTRATOR", "state": "APPROVED", "status": "APPROVED", "level": "3",
        "why": "ASSIGNED", "may_see": "CONTACT", "risk_band": "LOW", "relationship": "CARER", "crn": "X999999",
        "amount": "999999", "ends_on": "2099-01-01", "starts_on": "2000-01-01", "merged_into": other,
    }  # fmt: skip


def standing() -> dict[str, list[Any]]:
    return {model.__name__: sorted(map(repr, model.objects.values_list(*fields))) for model, fields in STANDING.items()}


def after(client: Any, form: FoundForm, fields: dict[str, str]) -> tuple[int, dict[str, list[Any]]]:
    """The answer to a form, and how all stands after it; then it is undone."""
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        body = urlencode({name: said for name, said in fields.items() if name}, errors="surrogatepass")
        answer = client.post(form.action, data=body, content_type="application/x-www-form-urlencoded")
        found = standing()
        transaction.set_rollback(True)
    for name, value in cookies.items():
        client.cookies[name] = value
    return answer.status_code, found


def test_no_form_takes_more_than_it_asks_for(world, monkeypatch, client_as, settings):  # noqa: F811
    """No role, team, approval, balance or person is another than after the same form without the added fields."""
    settings.DEMO, settings.ACCOUNT_RATE_LIMITS = True, False
    addresses, extra, wrong, known, did = addresses_of(world, monkeypatch), added(world), [], set(), 0
    before = standing()
    for role, user in callers(world).items():
        client = client_as(user)
        client.raise_request_exception = False
        opened = [name for name, row in TABLE.items() if expected(row, role) == 200 and name not in NOT_SENT]
        for name in sample(opened, 5, at=2):
            page = reverse(name, kwargs=addresses.get(name))
            for form in forms_in(client.get(page).content.decode(errors="replace"), page=page):
                if form.method != "post" or form.goes_to in NOT_SENT or (role, form.key) in known:
                    continue
                known.add((role, form.key))
                asked, again = form.filled(lambda control: None), form.filled(lambda control: None)  # a key of its own
                status, plainly = after(client, form, asked)
                more, with_more = after(client, form, {**extra, **again})
                did += status == 302
                if with_more not in (plainly, before) or more >= 500:
                    wrong.append((form.goes_to, role, status, more))

    assert wrong == []
    assert len(known) > (150 if FULL else 20)
    assert did > 3, "no form did anything, so nothing was tried"


def test_a_post_of_nothing_but_added_fields_changes_nothing(world, monkeypatch, client_as):  # noqa: F811
    """Every address, buttons included, for those who may go there but should not become more by it."""
    addresses, before = addresses_of(world, monkeypatch), standing()
    users = {"PRACTITIONER": world.officer, "PARTICIPANT": world.participant.user, "VOLUNTEER": world.volunteer}
    wrong = []
    for role, user in users.items():
        client = client_as(user)
        client.raise_request_exception = False
        names = [name for name, row in TABLE.items() if expected(row, role) == 200 and name not in NOT_SENT]
        for name in sample(names, 12):
            with transaction.atomic():
                client.post(reverse(name, kwargs=addresses.get(name)), added(world))
                wrong += [] if standing() == before else [(name, role)]
                transaction.set_rollback(True)

    assert wrong == []
