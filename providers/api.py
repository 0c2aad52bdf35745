"""The directory for other systems to read, in the Open Referral UK 3.0 shape."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ReadOnlyModelViewSet

from providers import openreferral
from providers.models import Service
from providers.search import Sought, find

ASKED = [
    OpenApiParameter("search", str),
    OpenApiParameter("minimum_age", int, description="The service takes people of this age."),
    OpenApiParameter("maximum_age", int, description="The service takes people of this age."),
    OpenApiParameter("taxonomy_term_id", OpenApiTypes.UUID, description="The id of a need."),
]


class ServicePage(PageNumberPagination):
    page_size = 25
    page_size_query_param = "per_page"
    max_page_size = 100

    def get_paginated_response(self, data: Any) -> Response:
        assert self.page is not None
        paginator = self.page.paginator
        return Response(
            {
                "total_items": paginator.count,
                "total_pages": paginator.num_pages,
                "page_number": self.page.number,
                "size": len(data),
                "first_page": not self.page.has_previous(),
                "last_page": not self.page.has_next(),
                "empty": not data,
                "contents": data,
            }
        )


class BriefService(BaseSerializer):
    def to_representation(self, instance: Service) -> dict[str, Any]:
        return openreferral.brief(instance)


class FullService(BaseSerializer):
    def to_representation(self, instance: Service) -> dict[str, Any]:
        return openreferral.full(instance)


@extend_schema(responses=OpenApiTypes.OBJECT)
class ServiceViewSet(ReadOnlyModelViewSet):
    """Services that can be had now. Open to everyone signed in: nothing about a person is in it."""

    queryset = Service.objects.none()
    pagination_class = ServicePage
    lookup_field = "ref"
    lookup_value_regex = "[0-9a-fA-F-]{36}"

    @extend_schema(operation_id="services_list", parameters=ASKED, responses=OpenApiTypes.OBJECT)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    def get_serializer_class(self) -> type[BaseSerializer]:
        return BriefService if self.action == "list" else FullService

    def get_queryset(self) -> QuerySet[Service]:
        """A list is narrowed by what the standard names; one service is any that we have."""
        if self.action != "list":
            return Service.objects.select_related("provider", "region", "police_area", "outcode")
        asked = self.request.query_params
        words = asked.get("search", "").replace("\x00", " ")[:200]
        services = find(Sought(today=timezone.localdate(), words=words.encode("utf-8", "ignore").decode()))
        for age in filter(None, (_age(asked.get("minimum_age")), _age(asked.get("maximum_age")))):
            services = services.for_someone_aged(age)
        term = asked.get("taxonomy_term_id", "")
        return services.filter(_of_need(term)) if term else services


def _of_need(term: str) -> Q:
    need = openreferral.need_of(term.lower())
    return Q(needs__contains=[need]) if need else Q(pk=None)


def _age(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 3 else None
