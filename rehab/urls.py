"""Every address of the service. Each floor keeps its own."""

from django.apps import apps
from django.urls import include, path

from rehab import health
from rehab.security_txt import security_txt

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
    path(".well-known/security.txt", security_txt, name="security-txt"),
    *([path("", include("sampledata.urls"))] if apps.is_installed("sampledata") else []),
]
handler500 = "common.failures.server_error"
