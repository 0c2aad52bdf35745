"""Addresses of the API."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

router = SimpleRouter()
urlpatterns = [path("schema/", SpectacularAPIView.as_view(), name="api-schema"), *router.urls]
