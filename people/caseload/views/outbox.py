"""The outbox: messages waiting, sent and failed. Only users who may see the person read them; in the demo all."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.postgres.actor import SYSTEM, acting_as
from common.rows import MOST_COUNTED, Counted, counted
from common.submitting import back, press
from people.access import access_log
from people.access.abilities import Can, actor, only, open_record
from people.caseload.forms.listing import OutboxFilter
from people.messaging import message_queue
from people.models import Message, Participant, User, ids_seen_by
from people.models.messages import MessageQuerySet

PAGE = 25


@dataclass(frozen=True)
class Shown:
    message: Message
    open: bool  # whether this viewer may read it
    known: bool  # whether this viewer may see the person it is about

    @property
    def tells_why(self) -> bool:
        """Whether the viewer may read what went wrong, which may name the person."""
        return self.open or self.message.participant_id is None

    @property
    def may_retry(self) -> bool:
        return self.message.state == Message.State.PARKED and (self.known or self.message.participant_id is None)


@only(Can.SEE_OUTBOX)
@acting_as(SYSTEM)  # counts of everyone's messages; words only of people whom the viewer sees
def outbox(request: HttpRequest) -> HttpResponse:
    form = OutboxFilter(request.GET)
    found = Message.objects.filter(**form.asked).select_related("participant").defer("secret")
    pages = Counted(found.order_by("-queued_at", "-pk"), PAGE)
    page = pages.get_page(request.GET.get("page"))
    people = {message.participant_id for message in page if message.participant_id}
    seen = set(Participant.objects.visible_to(actor(request)).filter(pk__in=people).values_list("pk", flat=True))
    access_log.listed(request, people if settings.DEMO else seen)
    known = [(message, message.participant_id in seen) for message in page]
    rows = [Shown(message, settings.DEMO or theirs, theirs) for message, theirs in known]
    context = {"form": form, "page_obj": page, "rows": rows, "totals": _totals(), "many": pages.is_cut}
    return render(request, "people/outbox.html", context)


def _totals() -> list[tuple[str, str]]:
    """How many messages are in each state. Most were sent: they are counted only so far."""
    others = [state for state in Message.State if state != Message.State.SENT]
    found = Message.objects.filter(state__in=others).values_list("state").annotate(Count("pk")).order_by()
    sent = counted(Message.objects.filter(state=Message.State.SENT))
    counts: dict[str, int] = {**dict(found), Message.State.SENT: sent}
    said = {state: f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else str(count) for state, count in counts.items()}
    return [(label, said.get(state, "0")) for state, label in Message.State.choices]


@only(Can.SEE_OUTBOX)
@require_POST
@acting_as(SYSTEM)
def outbox_retry(request: HttpRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(_may_retry(actor(request)).select_related("participant"), pk=pk)
    if message.participant:
        open_record(request, message.participant)
    return press(
        request,
        lambda: message_queue.retry(message=message, by=actor(request), now=timezone.now()),
        said="It waits to be sent again.",
        to=reverse("people:outbox"),
    )


@only(Can.LOG_CONTACT)
@require_POST
def message_told(request: HttpRequest, pk: int) -> HttpResponse:
    """What could not be sent was told to the person in another way."""
    mine = Message.objects.visible_to(actor(request)).filter(user=None, kind=Message.Kind.OTHER)
    message = get_object_or_404(mine.select_related("participant"), pk=pk)
    assert message.participant
    open_record(request, message.participant, to=Can.LOG_CONTACT)
    return press(
        request,
        lambda: message_queue.told(message=message, by=actor(request)),
        said="Recorded: they know.",
        to=back(request, reverse("people:person-details", args=[message.participant.ref])),
    )


def _may_retry(user: User) -> MessageQuerySet:
    """Return messages about people whom the user may see, and about nobody."""
    return Message.objects.filter(Q(participant__in=ids_seen_by(user)) | Q(participant=None))
