"""The page of roles to enter the demo as. Included only where DEMO is true."""

from django.urls import path

from sampledata import views

urlpatterns = [path("enter/", views.enter, name="enter")]
