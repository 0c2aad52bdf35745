"""Two records that may be of one person: find the other, set them side by side, merge, and undo."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from casework.merging import comparing, merging
from casework.merging.forms import FindOther, MergeForm
from casework.merging.rules import RULES
from common.postgres.actor import as_service
from common.submitting import form_page, press
from people.access import access_log
from people.access.abilities import Can, actor, get_person, only
from people.models import Merge, Participant
from people.record.person_page import person_page

SHOWN = 25


@only(Can.MERGE)
def merge_choose(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Those who may be the same person; or whoever is searched for."""
    person, today = get_person(request, ref), timezone.localdate()
    form = FindOther(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    people = Participant.objects.visible_to(actor(request)).with_lead(today).select_related("delivery_unit")
    found = (
        people.matching(words, by=actor(request)).exclude(pk=person.pk) if words else comparing.likely(person, people)
    )
    shown = list(found.order_by("family_name", "pk")[:SHOWN])
    access_log.listed(request, [other.pk for other in shown])
    rows = [{"person": other, "age": other.age_on(today)} for other in shown]
    context = {"person": person, "tab": "details", "form": form, "rows": rows, "words": words}
    return person_page(request, "casework/merge_choose.html", context)


@only(Can.MERGE)
def merge_compare(request: HttpRequest, ref: UUID, other: UUID) -> HttpResponse:
    """Both side by side; what is sent makes them one."""
    kept, gone = get_person(request, ref, to=Can.MERGE), get_person(request, other, to=Can.MERGE)
    if kept.pk == gone.pk:
        return redirect("merge-choose", kept.ref)
    form = MergeForm(request.POST or None, lines=comparing.lines(kept, gone), choosable=comparing.choosable(kept, gone))
    context: dict[str, Any] = {"person": kept, "other": gone, "tab": "details"}
    context |= {"kinds": comparing.kinds(gone), "against": comparing.against(form.lines)}
    return form_page(
        request, form=form, template="casework/merge_compare.html", draw=person_page, context=context,
        act=lambda **_: merging.merge(kept=kept, gone=gone, take=form.take, by=actor(request), now=timezone.now()),
        said=f"The two records are one now: {kept.crn}.", to=lambda made: reverse("merge-detail", args=[made.pk]),
    )  # fmt: skip


@only(Can.MERGE)
def merge_detail(request: HttpRequest, pk: int) -> HttpResponse:
    merge = _merge(request, pk)
    person = get_person(request, merge.kept.ref)
    moved: Counter[str] = Counter()
    with as_service():
        entries = merge.moved
    for entry in entries:
        if (rule := RULES.get(f"{entry['model']}.{entry['field']}")) and rule.label:
            moved[rule.label] += len(entry["ids"])
    context: dict[str, Any] = {"person": person, "tab": "details", "merge": merge, "moved": sorted(moved.items())}
    now = timezone.now()
    context |= {"may_undo": merge.can_be_undone(now), "lately": now <= merge.undo_until}
    return person_page(request, "casework/merge_detail.html", context)


@only(Can.MERGE)
@require_POST
def merge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    merge = _merge(request, pk)
    get_person(request, merge.kept.ref, to=Can.MERGE)

    def undo() -> None:
        merging.undo(merge=merge, by=actor(request), now=timezone.now())
        access_log.changed(request, [merge.gone_id])

    return press(
        request, undo, said="The merge is undone. There are two records again.",
        to=reverse("merge-detail", args=[merge.pk]),
    )  # fmt: skip


def _merge(request: HttpRequest, pk: int) -> Merge:
    merges = Merge.objects.visible_to(actor(request)).select_related("kept", "merged_by", "undone_by")
    return get_object_or_404(merges, pk=pk)
