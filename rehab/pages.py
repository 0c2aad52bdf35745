"""Addresses of the pages that stand on every floor."""

from django.urls import path

from rehab.views import enter, health, home, person, team

urlpatterns = [
    path("", home.home, name="home"),
    path("me/", home.portal_home, name="portal-home"),
    path("people/<uuid:ref>/", person.overview, name="person-overview"),
    path("team/", team.team, name="team"),
    path("no-role/", home.no_role, name="no-role"),
    path("enter/", enter.enter, name="enter"),
    path("healthz", health.healthz, name="healthz"),
]
