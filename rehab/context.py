"""The template context of every page: the viewer and their navigation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from people.access.abilities import Can, can
from people.sign_in import session_timeout

STAFF_NAV = [
    ("Home", "home", [Can.SEE_CASELOAD]),
    ("People", "people:participant-list", [Can.SEE_CASELOAD]),
    ("Meetings", "engagement:diary", [Can.MEET]),
    ("Team", "team", [Can.SEE_TEAM]),
    ("Requests", "budgets:request-list", [Can.DECIDE_REQUEST, Can.ASK_FOR_PERSON]),
    ("Services", "providers:service-list", [Can.FIND_SERVICES]),
    ("Funds", "budgets:fund-list", [Can.SEE_FUNDS]),
    ("Books", "budgets:books", [Can.KEEP_BOOKS]),
    ("Panel", "budgets:panel", [Can.VOTE]),
    ("Reports", "commissioning:money", [Can.SEE_REPORTS]),
    ("Statements", "commissioning:my-statements", [Can.SEE_STATEMENTS]),
    ("Referrals to us", "providers:our-referrals", [Can.ANSWER_REFERRALS]),
    ("Paid to us", "budgets:remittances", [Can.ANSWER_REFERRALS]),
    ("Our programmes", "people:scheme-people", [Can.SEE_SCHEME]),
    ("Circle", "engagement:circle-list", [Can.LOG_MEETING]),
    ("Accounts", "people:account-list", [Can.MANAGE_ACCOUNTS]),
    ("Teams", "people:team-list", [Can.MANAGE_ACCOUNTS]),
    ("Import", "people:import", [Can.IMPORT]),
    ("Outbox", "people:outbox", [Can.SEE_OUTBOX]),
    ("Locked out", "people:locked", [Can.UNLOCK]),
    ("Audit", "people:audit", [Can.SEE_AUDIT]),
    ("Unusual use", "people:audit-unusual", [Can.SEE_AUDIT]),
    ("Requests for data", "people:data-requests", [Can.ANSWER_FOR_DATA]),
    ("Holds and removal", "people:holds", [Can.ANSWER_FOR_DATA]),
]
PORTAL_NAV = [
    ("Home", "portal-home", "home"),
    ("My plan", "lifeplans:my-plan", "plan"),
    ("My money", "budgets:my-money", "money"),
    ("Meetings", "engagement:my-meetings", "meetings"),
    ("My people", "people:my-circle", "people"),
]


def viewer(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    here = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "service_name": settings.SERVICE_NAME,
        "demo": settings.DEMO,
        "viewer": user if signed_in else None,
        "time_left": session_timeout.left(request) if signed_in else None,
        "finds_people": signed_in and can(user, Can.SEE_CASELOAD),
        "acting": user.acting[0] if user and signed_in and len(user.current_memberships) > 1 else None,
        "quick_exit_url": settings.QUICK_EXIT_URL,
        "oidc_name": settings.OIDC_NAME if settings.OIDC_URL else "",
        "sms_per_day": settings.SMS_PER_DAY,
        "nav_items": [
            item(text, name, here) for text, name, needs in STAFF_NAV if signed_in and any(can(user, n) for n in needs)
        ],
        "portal_nav": [item(text, name, here) | {"icon": icon} for text, name, icon in PORTAL_NAV],
        "Can": Can,
    }


def item(text: str, name: str, here: str) -> dict[str, Any]:
    return {"text": text, "href": reverse(name), "current": name == here}
