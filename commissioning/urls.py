"""Addresses of the commissioners' floor."""

from django.urls import path

from commissioning.views import money, statements

app_name = "commissioning"
urlpatterns = [
    path("reports/money/", money.money, name="money"),
    path("reports/money/funders/<int:pk>/", statements.funder_statement, name="statement"),
    path("reports/money/funders/<int:pk>.csv", statements.funder_statement_csv, name="statement-csv"),
    path("reports/money/<slug:name>.csv", money.money_csv, name="money-csv"),
]
