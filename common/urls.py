"""Addresses of this floor."""

from django.urls import path

from common import views

app_name = "common"
urlpatterns = [path("gallery/", views.gallery, name="gallery")]
