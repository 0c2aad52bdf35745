"""Addresses of this room: what is saved while one writes."""

from django.urls import path

from people.access import draft_views

urlpatterns = [
    path("drafts/", draft_views.draft_save, name="draft-save"),
    path("drafts/<int:pk>/throw-away/", draft_views.draft_throw_away, name="draft-throw-away"),
]
