"""Addresses of this floor."""

from django.urls import URLPattern

app_name = "lifeplans"
urlpatterns: list[URLPattern] = []
