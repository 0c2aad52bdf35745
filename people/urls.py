"""Addresses of this floor, room by room."""

from django.urls import include, path

app_name = "people"
urlpatterns = [
    path("", include("people.access.urls")),
    path("", include("people.caseload.urls")),
    path("", include("people.record.urls")),
    path("", include("people.programmes.urls")),
    path("", include("people.imports.urls")),
    path("", include("people.rights.urls")),
    path("", include("people.sign_in.urls")),
    path("", include("people.administration.urls")),
]
