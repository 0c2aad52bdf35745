"""The directory for other systems to read, in the Open Referral UK 3.0 shape."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiTypes, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ReadOnlyModelViewSet

from common.api import CheckedQuery, Page, PageQuery
from providers import openreferral
from providers.models import Service
from providers.search import Sought, find

AGE = "The service takes people of this age."


@extend_schema_field(str)
class WordsField(serializers.Field[str, str, str, Any]):
    """Words to look for, whatever they are; what cannot be in a name is not looked for."""

    def to_internal_value(self, data: str) -> str:
        return data.replace("\x00", " ")[:200].encode("utf-8", "ignore").decode()


class ServiceQuery(PageQuery):
    search = WordsField(required=False)
    minimum_age = serializers.IntegerField(required=False, min_value=0, max_value=150, help_text=AGE)
    maximum_age = serializers.IntegerField(required=False, min_value=0, max_value=150, help_text=AGE)
    taxonomy_term_id = serializers.UUIDField(required=False, help_text="The id of a need.")
    per_page = serializers.IntegerField(required=False, min_value=1, help_text="At most 100 are given.")


class ServicePage(Page):
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
class ServiceViewSet(CheckedQuery, ReadOnlyModelViewSet):
    """Services that can be had now. Open to everyone signed in: nothing about a person is in it."""

    queryset = Service.objects.none()
    pagination_class = ServicePage
    lookup_field = "ref"
    lookup_value_regex = "[0-9a-fA-F-]{36}"
    queries = {"list": ServiceQuery}

    @extend_schema(operation_id="services_list", parameters=[ServiceQuery], responses=OpenApiTypes.OBJECT)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    def get_serializer_class(self) -> type[BaseSerializer]:
        return BriefService if self.action == "list" else FullService

    def get_queryset(self) -> QuerySet[Service]:
        """A list is narrowed by what the standard names; one service is any that we have."""
        if self.action != "list":
            return Service.objects.select_related("provider", "region", "police_area", "outcode")
        services = find(Sought(today=timezone.localdate(), words=self.asked.get("search", "")))
        for name in ("minimum_age", "maximum_age"):
            if name in self.asked:
                services = services.for_someone_aged(self.asked[name])
        term = self.asked.get("taxonomy_term_id")
        return services.filter(_of_need(str(term))) if term else services


def _of_need(term: str) -> Q:
    need = openreferral.need_of(term)
    return Q(needs__contains=[need]) if need else Q(pk=None)
