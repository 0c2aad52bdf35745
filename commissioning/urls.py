"""Addresses of the commissioners' floor."""

from django.urls import path

from commissioning.views import money, statements

app_name = "commissioning"
urlpatterns = [
    path("reports/money/", money.money, name="money"),
    path("reports/money/funders/<int:pk>/", statements.funder_statement, name="statement"),
    path("reports/money/funders/<int:pk>.csv", statements.funder_statement_csv, name="statement-csv"),
    path("reports/money/funders/<int:pk>.pdf", statements.funder_statement_pdf, name="statement-pdf"),
    path("statements/", statements.my_statements, name="my-statements"),
    path("statements/<int:pk>/", statements.my_statement, name="my-statement"),
    path("statements/<int:pk>.csv", statements.my_statement_csv, name="my-statement-csv"),
    path("statements/<int:pk>.pdf", statements.my_statement_pdf, name="my-statement-pdf"),
    path("reports/money/<slug:name>.csv", money.money_csv, name="money-csv"),
]
