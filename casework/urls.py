"""Addresses of the pages where staff and participants land."""

from django.urls import path

from casework.views import home, merging, person, team

urlpatterns = [
    path("", home.home, name="home"),
    path("first-days/", home.first_days_page, name="first-days"),
    path("me/", home.portal_home, name="portal-home"),
    path("people/<uuid:ref>/", person.overview, name="person-overview"),
    path("team/", team.team, name="team"),
    path("people/<uuid:ref>/merge/", merging.merge_choose, name="merge-choose"),
    path("people/<uuid:ref>/merge/<uuid:other>/", merging.merge_compare, name="merge-compare"),
    path("merges/<int:pk>/", merging.merge_detail, name="merge-detail"),
    path("merges/<int:pk>/undo/", merging.merge_undo, name="merge-undo"),
    path("no-role/", home.no_role, name="no-role"),
]
