"""What every view of the API shares: a query parameter is one that its schema names, and fits what it says there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from common.rows import Pages

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    required=True,
    description="A new one for each act. Sent again with the same words, it gets the first answer.",
)


def idempotency_key(request: Request, what: str) -> str:
    """Return the act's idempotency key, from its header. Raises ValidationError (400) where there is none."""
    try:
        return f"{what}:{UUID(request.headers.get(IDEMPOTENCY_KEY.name, ''))}"
    except ValueError:
        raise ValidationError({"detail": "Send a new UUID as the header Idempotency-Key, one for each act."}) from None


class NoQuery(serializers.Serializer[Any]):
    """An operation that asks for nothing."""


class PageQuery(serializers.Serializer[Any]):
    page = serializers.IntegerField(required=False, min_value=1, help_text="Which page of the results.")


class Page(PageNumberPagination):
    """A page of results; its parameters are in the view's own query serializer."""

    django_paginator_class = Pages

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return []


class CheckedQuery(APIView):
    """Refuses a query that `queries` does not allow: it names a serializer for each action that asks for anything."""

    queries: dict[str, type[serializers.Serializer[Any]]] = {}
    asked: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        query = self.queries.get(getattr(self, "action", None) or "", NoQuery)(data=request.query_params)
        if unknown := sorted(set(request.query_params) - set(query.fields)):
            raise ValidationError({"detail": f"There is no query parameter “{unknown[0][:50]}” here. Leave it out."})
        query.is_valid(raise_exception=True)
        self.asked = query.validated_data
