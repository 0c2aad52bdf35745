"""A form that shows what is on record says so where someone changed it in the meantime, and loses nobody's words."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from common.forms import Form
from common.versions import FIELD
from lifeplans import services as plans
from people import services
from people.models import Participant
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
CARRY_A_VERSION = {
    "NumbersForm", "CommunicationForm", "SafeContactForm", "SentenceForm", "RequirementForm", "ShareForm",
    "LiaisonForm", "ContactForm", "ListForm", "RestrictionForm", "SchemeForm", "RuleForm", "MyStoryForm",
    "MyGivingForm", "MyWordsForm", "GoalWordsForm", "LinksForm", "OwnWordsForm", "StepForm",
    "ContactPlanForm", "OutcomeForm", "ChangeServiceForm", "ProviderForm", "CharacteristicsForm",
}  # fmt: skip


def all_forms(kind: type = Form) -> set[type]:
    return {kind}.union(*(all_forms(each) for each in kind.__subclasses__()))


def test_every_form_that_changes_something_carries_its_version():
    for floor in settings.FLOORS:
        package = import_module(floor)
        for module in walk_packages(package.__path__, f"{floor}."):
            if ".forms" in module.name:
                import_module(module.name)

    assert {each.__name__ for each in all_forms() if each.changes_what_is_there} >= CARRY_A_VERSION


def version_in(page: Any) -> str:
    return re.search(rf'name="{FIELD}" value="([^"]+)"', page.content.decode())[1]


@pytest.fixture
def contact(participant) -> str:
    return reverse("people:contact-change", args=[participant.ref])


def change(participant, by, **new) -> None:
    usual = {"preferred_name": "Jay", "phone": "+447700900001", "email": "", "address": "", "outcode": "PR1"}
    services.change_contact(participant=participant, by=by, now=NOW, **{**usual, **new})


def typed(**new) -> dict[str, str]:
    return {"preferred_name": "Jo", "phone": "07700 900 001", "email": "", "address": "", "outcode": "PR1", **new}


def test_what_someone_else_changed_is_shown_beside_what_was_typed_and_nothing_is_saved(
    participant, officer, manager, client_as, contact
):
    client = client_as(officer)
    version = version_in(client.get(contact))
    change(participant, manager, address="9 New Street")

    page = client.post(contact, typed(address="1 Old Street") | {FIELD: version, "csrfmiddlewaretoken": "x"})

    words = page.content.decode()
    assert "Someone changed this while you were writing. It says now: “9 New Street”." in words
    assert "1 Old Street" in words
    assert Participant.objects.get(pk=participant.pk).address == "9 New Street"

    again = client.post(contact, typed(address="1 Old Street") | {FIELD: version_in(page), "csrfmiddlewaretoken": "x"})
    assert again.status_code == 302
    assert Participant.objects.get(pk=participant.pk).address == "1 Old Street"


def test_what_nobody_else_touched_is_saved_at_once(participant, officer, client_as, contact):
    client = client_as(officer)
    version = version_in(client.get(contact))

    sent = typed(address="1 Old Street") | {FIELD: version, "csrfmiddlewaretoken": "x"}
    assert client.post(contact, sent).status_code == 302


def test_the_same_change_by_both_is_no_quarrel(participant, officer, manager, client_as, contact):
    client = client_as(officer)
    version = version_in(client.get(contact))
    change(participant, manager, preferred_name="Jo", address="9 New Street")

    sent = typed(address="9 New Street") | {FIELD: version, "csrfmiddlewaretoken": "x"}
    assert client.post(contact, sent).status_code == 302


@pytest.mark.parametrize("version", ["", "x", ":::;;;", "address:0000000000", "nonsense:1;address"])
def test_a_version_that_is_none_breaks_nothing(participant, officer, client_as, contact, version):
    sent = typed(address="1 Old Street") | {FIELD: version, "csrfmiddlewaretoken": "x"}

    assert client_as(officer).post(contact, sent).status_code in (200, 302)


def test_a_person_keeps_their_story_though_it_was_changed_elsewhere(participant, officer, client_as):
    plan = plans.start_plan(participant=participant, by=officer, today=TODAY)
    client, address = client_as(participant.user), reverse("lifeplans:my-story")
    version = version_in(client.get(address))
    plans.write_own_words(plan=plan, story="Written on the other phone.", by=participant.user)

    sent = {"story": "Written on this one.", FIELD: version, "csrfmiddlewaretoken": "x"}
    page = client.post(address, sent).content.decode()

    assert "Written on the other phone." in page
    assert "Written on this one." in page
    plan.refresh_from_db()
    assert plan.story == "Written on the other phone."


def test_a_choice_and_a_tick_are_said_in_the_words_of_the_page(participant, officer, client_as):
    client, address = client_as(officer), reverse("people:communication-change", args=[participant.ref])
    version = version_in(client.get(address))
    Participant.objects.filter(pk=participant.pk).update(interpreter_needed=True, language="Polish")

    page = client.post(address, {"language": "Welsh", FIELD: version, "csrfmiddlewaretoken": "x"}).content.decode()

    assert "It says now: “Polish”" in page
    assert "It says now: “yes”" in page


def test_the_version_alone_is_no_form(participant, officer, client_as, contact):
    assert client_as(officer).post(contact, {FIELD: "x", "csrfmiddlewaretoken": "x"}).status_code == 400
