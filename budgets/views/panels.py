"""The panel: what its members read and vote on, and what managers send to it and write down for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from budgets import panels
from budgets.forms.asking import AnswerForm, QuestionForm
from budgets.forms.deciding import FoundForm, MemberForm, PanelCaseForm, TakeDownForm, VoteForm
from budgets.models import Fund, MoneyRules, PanelCase, PanelMember, PanelQuestion, PanelVote, SpendRequest
from common.heavy import heavy
from common.submitting import form_page, press
from people.access import access_log
from people.access.abilities import Can, actor, only, open_record
from people.programmes import enrolment
from people.record.person_page import person_page

STAYS = timedelta(days=60)  # how long what was decided is on the panel's page


def _my_cases(request: HttpRequest) -> QuerySet[PanelCase]:
    """Those on whose panel one sits: the database shows a member no other."""
    return PanelCase.objects.filter(programme__panel__user=actor(request)).distinct().select_related("programme")


@only(Can.VOTE)
def panel(request: HttpRequest) -> HttpResponse:
    """What waits for my vote, the day nearest first; then what was decided lately."""
    now = timezone.now()
    rows = _my_cases(request).filter(Q(closed_at=None) | Q(closed_at__gt=now - STAYS))
    page = Paginator(rows.order_by("-closed_at", "vote_by", "pk"), 25).get_page(request.GET.get("page"))
    mine = PanelVote.objects.filter(member=actor(request), case__in=list(page), denied_at=None)
    voted = {each.case_id: each for each in mine}
    shown = [(case, voted.get(case.pk)) for case in page]
    access_log.listed_without_names(request, panels.people_of(list(page)))
    context = {
        "page": page, "shown": shown, "today": timezone.localdate(now), "written": panels.written_for(actor(request)),
    }  # fmt: skip
    return render(request, "budgets/staff/panel.html", context)


def _my_case(request: HttpRequest, pk: int) -> PanelCase:
    """A case of mine. The look at it is recorded with its person, whom the member does not see."""
    case = get_object_or_404(_my_cases(request), pk=pk)
    access_log.read_without_name(request, panels.person_of(case))
    return case


@only(Can.VOTE)
def panel_case(request: HttpRequest, pk: int) -> HttpResponse:
    """One request without a name, and my vote."""
    case = _my_case(request, pk)
    return form_page(
        request, form=VoteForm(request.POST or None, case=case), said="Thank you. Your vote counts.",
        act=lambda **typed: panels.vote(case=case, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:panel"), template="budgets/staff/panel_case.html", context=_case(request, case),
    )  # fmt: skip


def _case(request: HttpRequest, case: PanelCase) -> dict[str, Any]:
    today = timezone.localdate()
    in_force = MoneyRules.objects.of(case.programme, today)
    return {
        "case": case, "today": today, "rules": in_force, "questions": case.questions.order_by("asked_at", "pk"),
        "vote": PanelVote.objects.filter(case=case, member=actor(request)).order_by("-pk").first(),
    }  # fmt: skip


@only(Can.VOTE)
def panel_question(request: HttpRequest, pk: int) -> HttpResponse:
    """I ask before I vote."""
    case = _my_case(request, pk)
    form = QuestionForm(request.POST or None, help_text="The person reads it too, without your name")
    return form_page(
        request, form=form, said="Asked. We tell you when there is an answer.",
        act=lambda **typed: panels.ask(case=case, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:panel-case", args=[pk]), template="budgets/staff/panel_question.html",
        context={"case": case},
    )  # fmt: skip


@only(Can.VOTE)
@require_POST
def panel_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """I may know who this is."""
    case = _my_case(request, pk)
    return press(
        request, lambda: panels.stand_aside(case=case, by=actor(request), now=timezone.now()),
        said="Thank you for saying so. You do not vote on this.", to=reverse("budgets:panel"),
    )  # fmt: skip


@only(Can.VOTE)
@require_POST
def panel_deny(request: HttpRequest, pk: int) -> HttpResponse:
    """What was written down was not my vote. Also where I have left the panel since."""
    vote = get_object_or_404(PanelVote, pk=pk, member=actor(request), denied_at=None)
    return press(
        request, lambda: panels.deny(vote=vote, by=actor(request), now=timezone.now()),
        said="Thank you. It is on the managers’ list.", to=reverse("budgets:panel"),
    )  # fmt: skip


def _spend(request: HttpRequest, pk: int) -> SpendRequest:
    rows = SpendRequest.objects.visible_to(actor(request)).sent().with_person().select_related("panel_case__programme")
    spend = get_object_or_404(rows, pk=pk)
    open_record(request, spend.person, to=Can.DECIDE_REQUEST)
    return spend


@only(Can.DECIDE_REQUEST)
def panel_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the panel reads, without a name."""
    spend = _spend(request, pk)
    seller = spend.payee or (spend.service.provider.name if spend.service else "")
    start = {"what": spend.what, "goal": spend.goal.title, "why": spend.why, "seller": seller}
    return form_page(
        request, form=PanelCaseForm(request.POST or None, initial=start), said="Sent. The panel’s members are told.",
        act=lambda **typed: panels.send(spend=spend, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:request-detail", args=[pk]), template="budgets/staff/panel_send.html", draw=person_page,
        context={
            "spend": spend, "person": spend.person, "tab": "money", "sent_already": hasattr(spend, "panel_case"),
        },
    )  # fmt: skip


@only(Can.DECIDE_REQUEST)
def panel_answer(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """Answer what a member of the panel asked."""
    spend = _spend(request, pk)
    found = get_object_or_404(PanelQuestion, pk=question, case__spend=spend)
    return form_page(
        request, form=AnswerForm(request.POST or None), said="Answered. The panel’s members read it.",
        act=lambda **typed: panels.answer_question(question=found, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:request-detail", args=[pk]), template="budgets/staff/panel_answer.html", draw=person_page,
        context={"spend": spend, "person": spend.person, "tab": "money", "question": found},
    )  # fmt: skip


@only(Can.DECIDE_REQUEST)
@heavy("POST")
def panel_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down how one member voted in a meeting."""
    spend = _spend(request, pk)
    case = get_object_or_404(PanelCase.objects.select_related("spend", "programme"), spend=spend)
    case.spend = spend
    now = timezone.now()
    waiting = panels.yet_to_vote(case, now)
    before = case.votes.exclude(minutes=None).select_related("minutes").order_by("-pk").first()
    kept = before.minutes if before else None
    form = TakeDownForm(request.POST or None, request.FILES or None, case=case, members=waiting, kept=kept)

    def write(minutes: Any, **typed: Any) -> PanelVote:
        said: dict[str, Any] = {"case": case, "by": actor(request), "now": now}
        shown = panels.keep_minutes(name=minutes.name, data=minutes.read(), **said) if minutes else kept
        assert shown  # the form asks for them where there are none
        return panels.take_down(minutes=shown, **said, **typed)

    return form_page(
        request, form=form, said="Written down. The member is told.", act=write,
        to=reverse("budgets:request-detail", args=[pk]), template="budgets/staff/panel_minutes.html", draw=person_page,
        context={"spend": spend, "person": spend.person, "tab": "money", "case": case, "waiting": waiting},
    )  # fmt: skip


@only(Can.DECIDE_REQUEST)
def panel_look(request: HttpRequest, pk: int, vote: int) -> HttpResponse:
    """Write down what I found out about a vote that its member denies."""
    spend = _spend(request, pk)
    rows = PanelVote.objects.select_related("member", "by")
    found = get_object_or_404(rows, pk=vote, case__spend=spend, denied_at__isnull=False)
    return form_page(
        request, form=FoundForm(request.POST or None), said="Written down.",
        act=lambda **typed: panels.look_into(vote=found, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:request-detail", args=[pk]), template="budgets/staff/panel_look.html", draw=person_page,
        context={"spend": spend, "person": spend.person, "tab": "money", "vote": found},
    )  # fmt: skip


def _fund(request: HttpRequest, pk: int) -> Fund:
    fund = get_object_or_404(Fund.objects.select_related("programme"), pk=pk)
    if not enrolment.may_manage(actor(request), fund.programme):
        raise PermissionDenied("Only a manager in one of the areas that own this programme changes its panel.")
    return fund


@only(Can.MANAGE_PROGRAMMES)
def panel_members(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is on a programme's panel, and someone more."""
    fund, now = _fund(request, pk), timezone.now()
    today = timezone.localdate(now)
    members = PanelMember.objects.filter(programme=fund.programme).select_related("user")
    return form_page(
        request, form=MemberForm(request.POST or None, programme=fund.programme, today=today),
        act=lambda **typed: panels.add(
            programme=fund.programme, starts_on=today, by=actor(request), now=now, **typed
        ),
        said="They are on the panel from today.", to=reverse("budgets:panel-members", args=[pk]),
        template="budgets/staff/panel_members.html",
        context={
            "fund": fund, "rules": MoneyRules.objects.of(fund.programme, today),
            "members": members.not_ended(today).order_by("user__name", "pk"),
            "before": members.ended(today).order_by("-ends_on", "pk"),
        },
    )  # fmt: skip


@only(Can.MANAGE_PROGRAMMES)
@require_POST
def panel_leave(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Today is someone's last day on the panel."""
    fund = _fund(request, pk)
    found = get_object_or_404(PanelMember, pk=member, programme=fund.programme)
    return press(
        request, lambda: panels.leave(member=found, by=actor(request), today=timezone.localdate()),
        said="Today is their last day on the panel.", to=reverse("budgets:panel-members", args=[pk]),
    )  # fmt: skip
