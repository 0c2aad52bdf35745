"""Addresses of the commissioners' floor."""

from django.urls import path

from commissioning.views import money

app_name = "commissioning"
urlpatterns = [
    path("reports/money/", money.money, name="money"),
    path("reports/money/<slug:name>.csv", money.money_csv, name="money-csv"),
]
