"""Every address of the service. Each floor keeps its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("rehab.pages")),
    path("", include("people.urls")),
    path("", include("lifeplans.urls")),
    path("", include("engagement.urls")),
    path("", include("providers.urls")),
    path("", include("budgets.urls")),
    path("", include("commissioning.urls")),
    path("", include("common.urls")),
    path("api/", include("rehab.api_urls")),
    path("accounts/", include("people.account_urls")),
]
handler500 = "common.failures.server_error"
