"""Pages of sentences and requirements: record, correct, and record progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from people.access.abilities import Can, actor, get_person, only
from people.models import Participant, Requirement, Sentence
from people.record import custody, sentencing
from people.record.forms.sentences import (
    CorrectRequirementForm,
    ProgressForm,
    RequirementForm,
    SentenceForm,
    requirement_initial,
    sentence_initial,
)
from people.record.requirements import unit_of
from people.record.views.asking import ask_about_sentence


def sentence_of(person: Participant, pk: int) -> Sentence:
    return get_object_or_404(Sentence.objects.filter(participant=person), pk=pk)


def requirement_of(person: Participant, pk: int) -> Requirement:
    rows = Requirement.objects.filter(sentence__participant=person).with_done().select_related("sentence")
    return get_object_or_404(rows, pk=pk)


def _write(person: Participant, write: Callable[[], Sentence], new: dict[str, Any]) -> Sentence:
    custody.check_sentence(participant=person, today=timezone.localdate(), **new)
    return write()


@only(Can.WRITE_SENTENCE)
def sentence_new(request: HttpRequest, ref: UUID) -> HttpResponse:
    person = get_person(request, ref, to=Can.WRITE_SENTENCE)
    return ask_about_sentence(
        request,
        person,
        SentenceForm(request.POST or None),
        lambda **new: _write(
            person, lambda: sentencing.add_sentence(participant=person, by=actor(request), **new), new
        ),
        said="The sentence is on the record.",
        heading="Add a sentence",
        submit="Add the sentence",
    )


@only(Can.WRITE_SENTENCE)
def sentence_change(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person = get_person(request, ref, to=Can.WRITE_SENTENCE)
    sentence = sentence_of(person, pk)
    return ask_about_sentence(
        request,
        person,
        SentenceForm(request.POST or None, initial=sentence_initial(sentence)),
        lambda **new: _write(
            person, lambda: sentencing.correct_sentence(sentence=sentence, by=actor(request), **new), new
        ),
        said="The sentence is corrected.",
        heading="Correct the sentence",
        intro="What stands there now is kept in the history.",
    )


@only(Can.WRITE_SENTENCE)
def requirement_new(request: HttpRequest, ref: UUID, sentence: int) -> HttpResponse:
    person = get_person(request, ref, to=Can.WRITE_SENTENCE)
    ordered = sentence_of(person, sentence)
    return ask_about_sentence(
        request,
        person,
        RequirementForm(request.POST or None, sentence=ordered),
        lambda **new: sentencing.add_requirement(sentence=ordered, by=actor(request), **new),
        said="The requirement is on the record.",
        heading="Add a requirement",
        intro=str(ordered),
        submit="Add the requirement",
    )


@only(Can.WRITE_SENTENCE)
def requirement_change(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person = get_person(request, ref, to=Can.WRITE_SENTENCE)
    requirement = requirement_of(person, pk)
    form = CorrectRequirementForm(
        request.POST or None, sentence=requirement.sentence, initial=requirement_initial(requirement)
    )
    return ask_about_sentence(
        request,
        person,
        form,
        lambda **new: sentencing.correct_requirement(requirement=requirement, by=actor(request), **new),
        said="Saved.",
        heading=f"Correct: {requirement}",
        intro=str(requirement.sentence),
    )


@only(Can.WRITE_SENTENCE)
def requirement_progress(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """What was done, day by day, and the form to add to it."""
    person, now = get_person(request, ref), timezone.now()
    requirement, today = requirement_of(person, pk), timezone.localdate(now)
    form = ProgressForm(request.POST or None, requirement=requirement, today=today)
    lines = requirement.progress.select_related("recorded_by").order_by("-done_on", "-pk")
    return ask_about_sentence(
        request,
        person,
        form,
        lambda **new: sentencing.record_progress(
            requirement=requirement, by=actor(request), today=today, now=now, **new
        ),
        said="Recorded.",
        heading=f"Progress: {requirement}",
        submit="Record it",
        back=request.path,
        template="people/requirement_progress.html",
        requirement=requirement,
        lines=lines,
        unit=unit_of(requirement.kind),
    )
