"""People through the API: those the caller may see, to read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from common.api import CheckedQuery, PageQuery
from people.access import access_log
from people.access.abilities import Can, actor, api_only
from people.models import Participant


class ParticipantOut(serializers.ModelSerializer[Participant]):
    area = serializers.CharField(source="delivery_unit.name")
    prison = serializers.CharField(source="prison.name", allow_null=True, default=None)
    practitioner = serializers.CharField(source="lead_name", allow_null=True)
    release_on = serializers.DateField(allow_null=True)
    tags = serializers.ListField(source="cohort_tags", child=serializers.CharField())

    class Meta:
        model = Participant
        fields = [
            "ref", "crn", "prison_number", "given_name", "family_name", "preferred_name", "date_of_birth", "risk_band",
            "area", "prison", "practitioner", "release_on", "tags", "joined_on", "left_on",
        ]  # fmt: skip


class ParticipantViewSet(CheckedQuery, ReadOnlyModelViewSet[Participant]):
    """The people whose file the caller may see. Each read is written down."""

    queryset = Participant.objects.none()
    serializer_class = ParticipantOut
    permission_classes = [api_only(Can.SEE_CASELOAD)]
    lookup_field = "ref"
    lookup_value_regex = "[0-9a-f-]{36}"
    queries = {"list": PageQuery}

    def get_queryset(self) -> QuerySet[Participant]:
        if getattr(self, "swagger_fake_view", False):
            return Participant.objects.none()
        people = Participant.objects.visible_to(actor(self.request)).with_lead(timezone.localdate()).with_release()
        return people.select_related("delivery_unit", "prison").order_by("pk")

    @extend_schema(parameters=[PageQuery])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        access_log.listed(_plain(request), [person.pk for person in page])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        person = self.get_object()
        access_log.opened(_plain(request), person)
        return Response(self.get_serializer(person).data)


def _plain(request: Request) -> HttpRequest:
    """Return Django's own request, from which the middleware reads access events."""
    return request._request
