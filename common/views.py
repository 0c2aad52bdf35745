"""The gallery: every component in every state, where design, review and accessibility checks happen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from common import charts, forms

MONTHS = ["Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026", "May 2026", "Jun 2026"]
FUNDERS = {
    "Probation": [12_000_00, 18_500_00, 9_000_00, 22_000_00, 17_250_50, 20_000_00],
    "City council": [4_000_00, 4_000_00, 6_500_00, 6_500_00, 8_000_00, 8_000_00],
    "Health": [0, 2_500_00, 2_500_00, 5_000_00, 5_000_00, 7_500_00],
}


class GalleryForm(forms.Form):
    """One of each kind of question."""

    title = forms.TextField(label="What do you want to do?", help_text="In your own words.")
    more = forms.LongTextField(label="Why does it matter to you?", count=True, max_length=500, required=False)
    amount = forms.PoundsField(label="How much would it cost?", called="how much it would cost")
    on = forms.DayField(label="Date of the meeting", help_text="For example, 27 3 2026 or 27 March 2026.")
    at = forms.TimeField(label="Time", help_text="For example, 2:30pm.")
    people = forms.WholeField(label="How many people?", called="how many people", max_value=500)
    email = forms.EmailField(label="Email address")
    phone = forms.PhoneField(label="Phone number")
    good = forms.ChoiceField(
        label="What is it part of?",
        choices=[("living", "Life: living and surviving"), ("learning", "Knowledge: learning and knowing")],
        hints={"living": "Somewhere to live, being well, feeling safe."},
    )
    area = forms.SelectField(label="Area", choices=[("lancs", "Lancashire"), ("gm", "Greater Manchester")])
    who = forms.ChecksField(label="Who could help?", choices=[("family", "Family"), ("friend", "A friend")])
    told = forms.YesNoField(label="Have you told them?")
    file = forms.UploadField(label="A letter or a photo", required=False)
    password = forms.PasswordField(label="Password")
    agree = forms.TickField(label="I have read this and agree")


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component, in the staff shell or (?shell=portal) the participants'. For staff; in the demo for all."""
    if not settings.DEMO and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not (settings.DEMO or is_staff(request)):
        raise Http404
    shell = "portal" if request.GET.get("shell") == "portal" else "staff"
    page = Paginator(range(1, 201), 10).get_page(request.GET.get("page", 9))
    wrong = GalleryForm(
        {"title": "", "on-day": "31", "on-month": "", "on-year": "2026", "amount": "ten", "at": "later"}
    )
    context = {"shell": shell, "base": f"base_{shell}.html", "page": page, "plain": GalleryForm(), "wrong": wrong}
    return render(request, "common/gallery.html", context | samples())


def is_staff(request: HttpRequest) -> bool:
    """Whether the viewer holds any role but that of a participant."""
    return bool(set(getattr(getattr(request, "user", None), "roles", ())) - {"PARTICIPANT"})


def samples() -> dict[str, Any]:
    """Return what the components show."""
    noon = dt.datetime(2026, 3, 3, 14, 30, tzinfo=dt.UTC)
    told = [("Met", "Talked about the course.\nStarts Monday.", "success"), ("Missed a meeting", "", "warning")]
    parts = [("Overview", 0), ("Life plan", 2)]
    return {
        "quote": "I want to see my daughter every week.\n\nI will start by writing to her.",
        "happened": [{"title": t, "at": noon, "by": "Amara Okafor", "text": w, "tone": tone} for t, w, tone in told],
        "subnav": [{"text": t, "href": "#", "current": t == "Life plan", "count": n} for t, n in parts],
        "colours": ["", "blue", "green", "yellow", "red", "grey", "orange", "purple", "teal"],
        "tones": ["info", "success", "warning", "error"],
        "by_month": charts.columns(
            title="Committed each month", of="Month", labels=MONTHS, series=FUNDERS, csv_url="#"
        ),
        "by_area": charts.bars(
            title="Left to spend by area",
            of="Area",
            labels=["Lancashire", "Greater Manchester", "Humberside"],
            series={"Left": [42_000_00, 18_250_50, None]},
        ),
        "in_touch": charts.lines(
            title="People in touch each month",
            of="Month",
            labels=MONTHS,
            series={"In touch": [40, 44, 43, None, 52, 58], "Expected": [42, 45, 47, 50, 55, 60]},
        ),
    }
