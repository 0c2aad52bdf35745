"""Resettlement: the prison's worker beside the lead, and the release that hands the case over."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.submitting import press
from people.access.abilities import Can, actor, get_person, only
from people.models import Participant, Supervision
from people.record import custody, handovers, resettlement
from people.record.forms.person import PlanReleaseForm, ReleaseForm
from people.record.forms.sentences import CustodyHandoverForm, SupervisorForm
from people.record.views.asking import ask_about_sentence, ask_about_workers


def _current(person: Participant) -> Supervision | None:
    return person.supervisions.current(timezone.localdate()).select_related("supervisor").first()


@only(Can.TRANSFER)
def supervisor_choose(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.TRANSFER), timezone.now()
    today, current = timezone.localdate(now), _current(person)
    form = SupervisorForm(request.POST or None, today=today, current=current.supervisor if current else None)
    return ask_about_workers(
        request, person, form,
        lambda supervisor: resettlement.assign_supervisor(
            participant=person, supervisor=supervisor, today=today, now=now, by=actor(request)
        ),
        said="The prison supervisor and their team see the file from now on.", heading="Prison supervisor",
        submit="Choose",
        intro=f"{current.supervisor.name} works with them in prison now." if current and person.in_custody else
        "They work with the person inside, beside the practitioner who leads, and see the whole file.",
    )  # fmt: skip


@only(Can.TRANSFER)
@require_POST
def supervisor_end(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.TRANSFER), timezone.now()
    details = reverse("people:person-workers", args=[person.ref])
    answer = press(
        request,
        lambda: resettlement.end_supervision(
            participant=person, by=actor(request), today=timezone.localdate(now), now=now
        ),
        said="The prison side has ended. They see nothing more from now on.",
        to=details,
    )
    still_seen = Participant.objects.visible_to(actor(request)).filter(pk=person.pk).exists()
    return answer if still_seen else redirect("people:participant-list")


@only(Can.WRITE_SENTENCE)
def release_plan(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Say on which day someone in custody is expected to leave."""
    person, today = get_person(request, ref, to=Can.WRITE_SENTENCE), timezone.localdate()
    form = PlanReleaseForm(request.POST or None, initial={"release_on": custody.leaves_on(person, today)})
    return ask_about_sentence(
        request, person, form,
        lambda release_on: custody.plan_release(
            participant=person, release_on=release_on, by=actor(request), today=today
        ),
        said="The release is planned. Next, arrange the first meeting.", heading="Plan the release",
        intro=f"On our record: {person.where}. Who leads the case is asked to arrange a first meeting outside.",
        submit="Plan the release",
    )  # fmt: skip


@only(Can.CHANGE_DETAILS)
def release_record(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Record the release, and the custody handover where there is a prison supervisor."""
    person, now = get_person(request, ref, to=Can.CHANGE_DETAILS), timezone.now()
    today = timezone.localdate(now)
    current = _current(person) if person.in_custody else None
    lead = handovers.lead_of(person, today)

    def leave_prison(**said: object) -> None:
        custody.release(participant=person, by=actor(request), today=today, **said)  # type: ignore[arg-type]

    def record_with_handover(**said: object) -> None:
        resettlement.record_release_with_handover(participant=person, by=actor(request), today=today, now=now, **said)  # type: ignore[arg-type]

    form = (CustodyHandoverForm if current else ReleaseForm)(
        request.POST or None,
        today=today,
        expected=custody.expected_release(person),
        **({"lead": lead} if current else {}),
    )
    return ask_about_sentence(
        request, person, form, record_with_handover if current else leave_prison, said="The release is recorded.",
        heading="Record the release", template="people/release_record.html", supervision=current, lead=lead,
    )  # fmt: skip
