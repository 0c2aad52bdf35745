"""Addresses of the API."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from budgets.api import SpendRequestViewSet
from lifeplans.api import PlanOfPerson
from people.api import ParticipantViewSet
from providers.api import ServiceViewSet
from rehab.api import NoSuchAddress

router = SimpleRouter()
router.register("people", ParticipantViewSet, basename="api-participant")
router.register("requests", SpendRequestViewSet, basename="api-request")
router.register("services", ServiceViewSet, basename="api-service")
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("people/<uuid:ref>/plan/", PlanOfPerson.as_view(), name="api-plan"),
    *router.urls,
    path("<path:rest>/", NoSuchAddress.as_view(), name="api-none"),
]
