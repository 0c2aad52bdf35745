"""Tell the database who acts, and record access events, on every request."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from common import drafts as form_drafts
from common import places
from common.errors import CannotRecord
from common.postgres.actor import SYSTEM, acting_as
from people.access import access_log, draft_views, drafts
from people.access.abilities import Moved
from people.models import User

Next = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    """Tell the database backend which user acts, in which role."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        with acting_as(user.pk, user.one_role) if isinstance(user, User) else acting_as(None):
            return self.get_response(request)


class AccessLogMiddleware:
    """Record access events outside the view's transaction. If that fails, the page is not shown."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = timezone.now()
        response = self.get_response(request)
        try:
            with acting_as(SYSTEM), transaction.atomic():
                access_log.answered(request, response)
                access_log.write(request, began)
        except DatabaseError as problem:
            raise CannotRecord("This look could not be recorded, so the page is not shown.") from problem
        return response


class MovedMiddleware:
    """Redirect a merged record's address to the same page of the record that stays. A POST is not carried out."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if not isinstance(problem, Moved) or match is None:
            return None
        if request.method not in ("GET", "HEAD"):
            return HttpResponseRedirect(places.url_of("person", problem.ref))
        where = {name: problem.ref if value == problem.asked else value for name, value in match.kwargs.items()}
        return HttpResponseRedirect(reverse(match.view_name, kwargs=where))


class DraftMiddleware:
    """Put a draft back into its form, save one for later, and empty it once its form is sent and done."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with form_drafts.putting_back(drafts.words_to_put_back(request)):
            response = self.get_response(request)
        if request.method == "POST" and form_drafts.TOKEN in request.POST and form_drafts.LATER not in request.POST:
            drafts.form_was_sent(request, response)
        drafts.remember_device(request, response)
        return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """The button that saves for later; after the checks of who sends it, and in place of the view."""
        if request.method == "POST" and form_drafts.LATER in request.POST:
            return draft_views.save_for_later(request)
        return None
