"""Every model with a path to a participant keeps its history and has `visible_to`, or is named here with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey, Model, OneToOneField

from people.models import Participant

ADDED_TO_ONLY = "rows are only ever added, so the rows are the history"
NO_HISTORY = {
    "people.AccessGrant": "closed, never changed: a row says from when until when",
    "people.Message": "a queue; what was said and when it went is the row",
    "people.CodeLetter": "given, then used or withdrawn: each row says when",
    "people.SignIn": ADDED_TO_ONLY,
    "people.SignInChange": "each row is a change, and says who answered it and when",
    "people.ExportRequest": "asked, then answered once: the row says who and when, both times",
    "people.RuleResult": ADDED_TO_ONLY,
    "people.TransferPerson": ADDED_TO_ONLY,
    "people.RiskAssessment": ADDED_TO_ONLY,
    "people.RequirementProgress": ADDED_TO_ONLY,
    "people.Merge": "it is the record of what moved; only that it was undone is ever added",
    "people.Draft": "what nobody has sent yet; it goes once it is sent, or after two weeks",
    "people.CaseloadUpload": "a file and how far it is; it goes once it can be undone no more",
    "people.ImportedPerson": "it is the record of what a file changed; only that it was undone is ever added",
    "budgets.Judgement": ADDED_TO_ONLY,
    "budgets.JudgementAppeal": ADDED_TO_ONLY,
    "budgets.Helped": ADDED_TO_ONLY,
    "budgets.OwnLimit": ADDED_TO_ONLY,
    "budgets.PanelCase": "written once; what became of it is on its request, which keeps its history",
    "budgets.PanelQuestion": "asked once, and answered once: the row says who and when, both times",
    "budgets.PanelVote": "given once; a member may say that it was not theirs: the row says when",
    "budgets.Question": "asked once, and answered once: the row says who and when, both times",
    "budgets.WayAgreement": "its terms stay, and each act on it says who and when; other terms are a new version",
    "budgets.PayOrder": "what it is of stays, and each state says who and when: on itself, its run and its payment",
    "budgets.Interest": "said once, and ended once: the row says when, both times",
    "budgets.WayCheck": ADDED_TO_ONLY,
    "budgets.SpotCheck": "looked at once, and settled once: the row says who and when, both times",
    "budgets.Recovery": "its terms stay, and each act on it says who and when",
    "budgets.Invoice": "added to only, but that it is not right, who said so and when",
    "people.EligibilityReview": "decided once: the row says who and when",
    "people.TierDecision": "its terms stay; it is decided once: the row says who and when",
    "budgets.Receipt": "added to only, but that it was struck, and by whom and when",
    "budgets.Transaction": ADDED_TO_ONLY,
    "budgets.Entry": ADDED_TO_ONLY,
    "budgets.Account": "its balance is the sum of its entries, which are never changed",
    "lifeplans.PlanVersion": ADDED_TO_ONLY,
    "people.Erasure": ADDED_TO_ONLY,
    "engagement.StruckNote": ADDED_TO_ONLY,
}
UNSCOPED = {
    "people.ExportRequest": "the officer's and those who agree to it; it shows them no person",
    "people.AccessGrant": "it is what `visible_to` is made of",
    "people.AccessEvent": "the audit; a participant reads their own through `who_looked`",
}


def ours() -> Iterator[type[Model]]:
    for floor in settings.FLOORS:
        for model in apps.get_app_config(floor).get_models():
            if not model.__name__.startswith("Historical"):
                yield model


def leads_to_a_participant(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> bool:
    if model is Participant:
        return True
    parents = {
        field.related_model
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | OneToOneField) and field.related_model not in seen
    }
    return any(leads_to_a_participant(parent, seen | {model}) for parent in parents)


def about_people() -> list[type[Model]]:
    return [model for model in ours() if leads_to_a_participant(model)]


def missing(has: str, but: dict[str, str]) -> set[str]:
    return {model._meta.label for model in about_people() if not hasattr(model._default_manager, has)} - set(but)


def test_the_search_finds_what_it_should():
    assert {"people.Participant", "people.Requirement", "people.RuleResult"} <= {m._meta.label for m in about_people()}


def test_every_model_about_a_person_keeps_its_history():
    without = {model._meta.label for model in about_people() if not hasattr(model, "history")}

    assert without - set(NO_HISTORY) == set()


def test_every_model_about_a_person_says_who_may_see_it():
    assert missing("visible_to", UNSCOPED) == set()


def test_no_exception_outlives_its_model():
    labels = {model._meta.label for model in ours()}

    assert (set(NO_HISTORY) | set(UNSCOPED)) - labels == set()
