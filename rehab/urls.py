"""Every address of the service. Each floor keeps its own."""

from django.apps import apps
from django.urls import include, path

from rehab import health

urlpatterns = [
    path("", include("casework.urls")),
    path("", include("people.urls")),
    path("", include("lifeplans.urls")),
    path("", include("engagement.urls")),
    path("", include("providers.urls")),
    path("", include("budgets.urls")),
    path("", include("commissioning.urls")),
    path("", include("common.urls")),
    path("api/", include("rehab.api_urls")),
    path("accounts/", include("people.sign_in.account_urls")),
    path("healthz", health.healthz, name="healthz"),
    path("livez", health.livez, name="livez"),
    *([path("", include("sampledata.urls"))] if apps.is_installed("sampledata") else []),
]
handler500 = "common.failures.server_error"
