"""Requests for money through the API: to read, and to decide by the same services as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from budgets import services
from budgets.models import SpendRequest
from common.api import IDEMPOTENCY_KEY, CheckedQuery, PageQuery, idempotency_key
from people.access import access_log
from people.access.abilities import Can, actor, api_only, open_record


class SpendRequestOut(serializers.ModelSerializer[SpendRequest]):
    person = serializers.UUIDField(source="person.ref")
    goal = serializers.CharField(source="goal.title")
    amount = serializers.IntegerField(help_text="pence")
    granted = serializers.IntegerField(help_text="pence, of a yes", allow_null=True)
    requirement = serializers.CharField(
        source="requirement.get_kind_display", default="", help_text="what of the sentence it serves"
    )
    service = serializers.CharField(source="service.name", default="", help_text="chosen from the directory")
    decider = serializers.CharField(help_text="a colleague, the panel or the programme’s rules; empty while it waits")

    class Meta:
        model = SpendRequest
        fields = [
            "id",
            "reference",
            "person",
            "goal",
            "what",
            "amount",
            "about_from",
            "found_price",
            "every",
            "times",
            "requirement",
            "service",
            "purpose",
            "for_whom",
            "because",
            "why",
            "without_money",
            "state",
            "asked_at",
            "decided_at",
            "decider",
            "granted",
            "reason",
            "public_sentence",
        ]


@extend_schema_field({"type": "string", "maxLength": 2000, "pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$"})
class ReasonField(serializers.CharField):
    """Words that say something."""


class DecisionIn(serializers.Serializer[Any]):
    reason = ReasonField(max_length=2000)
    public_sentence = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="names nobody; left out, one is written"
    )


class ApprovalIn(DecisionIn):
    granted = serializers.IntegerField(
        required=False, min_value=1, max_value=1_000_000_00, help_text="pence; left out, all that was asked for"
    )
    not_prohibited = serializers.BooleanField(
        default=False, help_text="whoever decides looked, and it is not what its words look like"
    )


class SpendRequestViewSet(CheckedQuery, ReadOnlyModelViewSet[SpendRequest]):
    """Requests of the people the caller may see."""

    queryset = SpendRequest.objects.none()
    serializer_class = SpendRequestOut
    permission_classes = [api_only(Can.SEE_CASELOAD)]
    lookup_value_regex = r"\d{1,12}"
    queries = {"list": PageQuery}

    def get_queryset(self) -> QuerySet[SpendRequest]:
        if getattr(self, "swagger_fake_view", False):
            return SpendRequest.objects.none()
        return (
            SpendRequest.objects.visible_to(actor(self.request))
            .sent()
            .with_person()
            .select_related("decided_by")
            .order_by("pk")
        )

    @extend_schema(parameters=[PageQuery])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        access_log.listed(request._request, [spend.person.pk for spend in page])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def get_object(self) -> SpendRequest:
        spend = super().get_object()
        open_record(self.request._request, spend.person)
        return spend

    @extend_schema(parameters=[IDEMPOTENCY_KEY])
    @action(
        detail=True, methods=["post"], permission_classes=[api_only(Can.DECIDE_REQUEST)], serializer_class=ApprovalIn
    )
    def approve(self, request: Request, pk: str | None = None) -> Response:
        return self._decide(request, services.approve_request, ApprovalIn)

    @extend_schema(parameters=[IDEMPOTENCY_KEY])
    @action(
        detail=True, methods=["post"], permission_classes=[api_only(Can.DECIDE_REQUEST)], serializer_class=DecisionIn
    )
    def refuse(self, request: Request, pk: str | None = None) -> Response:
        return self._decide(request, services.refuse_request, DecisionIn)

    def _decide(self, request: Request, act: Any, said: type[DecisionIn]) -> Response:
        spend = self.get_object()
        data = said(data=request.data)
        data.is_valid(raise_exception=True)
        key = idempotency_key(request, f"decide:{spend.pk}")
        act(spend=spend, by=actor(request), now=timezone.now(), key=key, **data.validated_data)
        return Response(SpendRequestOut(self.get_queryset().get(pk=spend.pk)).data)
