"""Where each role lands: the practitioner's one list, the participant's front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casework import first_days, my_day, participant_home, work_list
from people.access import access_log, drafts, sign_in_changes
from people.access.abilities import Can, actor, can, only, own_record
from people.access.whom import whom

LANDINGS = [
    (Can.SEE_CASELOAD, None),
    (Can.USE_PORTAL, "portal-home"),
    (Can.ANSWER_REFERRALS, "providers:our-referrals"),
    (Can.LOG_MEETING, "engagement:circle-list"),
    (Can.SEE_SCHEME, "people:scheme-people"),
    (Can.KEEP_BOOKS, "budgets:books"),
    (Can.SEE_STATEMENTS, "commissioning:my-statements"),
    (Can.VOTE, "budgets:panel"),
    (Can.SEE_REPORTS, "commissioning:money"),
    (Can.MANAGE_ACCOUNTS, "people:account-list"),
    (Can.IMPORT, "people:import"),
    (Can.SEE_AUDIT, "people:audit"),
]


def home(request: HttpRequest) -> HttpResponse:
    """The practitioner's home: their day, and who needs them. Everyone else is sent to theirs."""
    if not can(request.user, Can.SEE_CASELOAD):
        if can(request.user, Can.MANAGE_ACCOUNTS) and not first_days.all_done(timezone.localdate()):
            return redirect("first-days")
        return redirect(next((url for ability, url in LANDINGS if url and can(request.user, ability)), "no-role"))
    now, user = timezone.now(), actor(request)
    today = timezone.localdate(now)
    theirs = whom(user, today)
    found = work_list.for_user(user=user, whom=theirs, today=today, now=now, kind=request.GET.get("kind", ""))
    day = my_day.of(user=user, whom=theirs, today=today)
    unsent = drafts.unsent(user, theirs)
    named = {each.draft.participant_id for each in unsent if each.draft.participant_id}
    access_log.listed(request, sorted({*found.people_ids, *day.people_ids, *named}))
    context = {"work_list": found, "my_day": day, "today": today, "unsent": unsent}
    return render(request, "casework/home.html", context)


@only(Can.MANAGE_ACCOUNTS)
def first_days_page(request: HttpRequest) -> HttpResponse:
    """What a new installation needs, in order. Its first administrator lands here until all of it is there."""
    steps = first_days.steps(timezone.localdate())
    context = {
        "steps": [(step, can(request.user, step.needs)) for step in steps],
        "all_done": all(step.done for step in steps),
    }
    return render(request, "casework/first_days.html", context)


@only(Can.USE_PORTAL)
def portal_home(request: HttpRequest) -> HttpResponse:
    """The participant's front page: what is next, my money, my plan."""
    person = own_record(request)
    now = timezone.now()
    page = participant_home.page(person=person, today=timezone.localdate(now), now=now)
    context = {"person": person, "page": page, "changes": sign_in_changes.unnoticed(actor(request), now)}
    if actor(request).unconfirmed_way:
        context["waits_for_team"] = sign_in_changes.who_confirms(person)
    return render(request, "casework/portal_home.html", context)


def no_role(request: HttpRequest) -> HttpResponse:
    """An account with no role today: say what to do."""
    return render(request, "casework/no_role.html", status=403)
