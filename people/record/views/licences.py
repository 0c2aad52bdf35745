"""A licence: issued under the policy in force, then varied one condition at a time."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from people.access.abilities import Can, actor, get_person, only
from people.models import IssuedCondition
from people.record import licences
from people.record.forms.licences import AddConditionForm, EndConditionForm, LicenceForm
from people.record.views.asking import ask_about_sentence
from people.record.views.sentences import sentence_of


@only(Can.ISSUE_LICENCE)
def licence_issue(request: HttpRequest, ref: UUID, sentence: int) -> HttpResponse:
    person = get_person(request, ref, to=Can.ISSUE_LICENCE)
    ordered = sentence_of(person, sentence)
    policy = licences.policy_for(ordered)
    if policy is None:
        raise Http404("No licence policy was in force then.")
    form = LicenceForm(request.POST or None, policy=policy)
    return ask_about_sentence(
        request,
        person,
        form,
        lambda chosen: licences.issue(sentence=ordered, chosen=chosen, by=actor(request)),
        said="The licence is on the record.",
        heading="Issue a licence",
        submit="Issue the licence",
        template="people/licence_issue.html",
        policy=policy,
        sentence=ordered,
    )


@only(Can.ISSUE_LICENCE)
def condition_add(request: HttpRequest, ref: UUID, sentence: int) -> HttpResponse:
    person, today = get_person(request, ref, to=Can.ISSUE_LICENCE), timezone.localdate()
    ordered = sentence_of(person, sentence)
    policy = licences.policy_of(ordered)
    if policy is None:
        raise Http404("This licence has not been issued yet.")
    there = IssuedCondition.objects.filter(sentence=ordered).not_ended(today)
    codes = list(there.filter(details="").values_list("condition", flat=True))
    form = AddConditionForm(request.POST or None, policy=policy, there=codes, today=today)
    return ask_about_sentence(
        request,
        person,
        form,
        lambda **new: licences.add_condition(sentence=ordered, by=actor(request), **new),
        said="The condition is on the licence.",
        heading="Add a condition to the licence",
        submit="Add the condition",
        intro=f"This licence was issued under {policy}, so its conditions come from there.",
    )


@only(Can.ISSUE_LICENCE)
def condition_end(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person, today = get_person(request, ref, to=Can.ISSUE_LICENCE), timezone.localdate()
    rows = IssuedCondition.objects.filter(participant=person).not_ended(today).select_related("condition")
    issued = get_object_or_404(rows, pk=pk)
    form = EndConditionForm(request.POST or None, initial={"ends_on": max(today, issued.starts_on)})
    return ask_about_sentence(
        request,
        person,
        form,
        lambda **said: licences.end_condition(issued=issued, today=today, by=actor(request), **said),
        said="The condition ends.",
        heading="End a condition",
        submit="End the condition",
        intro=issued.condition.text,
    )
