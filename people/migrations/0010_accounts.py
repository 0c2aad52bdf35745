"""Accounts, how people sign in, and all else of this floor that had no policy: who sees it and who writes it."""

from django.db import migrations

from common.postgres.columns import show
from common.postgres.operations import run_file
from common.postgres.writing import guard

ACTING = "(select app_user())"
MANAGER, ADMINISTRATOR = "(select app_is('MANAGER'))", "(select app_is('ADMINISTRATOR'))"
KEEPERS = f"{MANAGER} or {ADMINISTRATOR}"
DATA_PROTECTION = "(select app_is('DATA_PROTECTION'))"
OWN, SENT = f"user_id = {ACTING}", f"sent_by_id is not distinct from {ACTING}"
NAMED = f"{DATA_PROTECTION} or app_names(id)"  # a participant's account is called by their name
REACHED = f"id = {ACTING} or {DATA_PROTECTION} or ({ADMINISTRATOR} and app_names(id))"
MOVED = f"from_user_id = {ACTING} or to_user_id = {ACTING} or planned_by_id = {ACTING} or {KEEPERS}"
# What opens the door: nobody but the service reads it. A session's key is as good as a sign-in.
SIGN_IN = [
    "django_session", "usersessions_usersession", "mfa_authenticator", "account_emailaddress",
    "account_emailconfirmation", "socialaccount_socialaccount", "socialaccount_socialtoken", "socialaccount_socialapp",
]  # fmt: skip
PLACES = [
    "people_region", "people_deliveryunit", "people_office", "people_prison", "people_outcode", "people_licencepolicy",
    "people_licencecondition",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0009_columns"),
        ("sessions", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]
    operations = [
        run_file("people/sql/names.sql", "drop function app_names(bigint)"),
        guard("people_user", see=f"{ACTING} is not null"),
        show("people_user", {NAMED: ["name"], REACHED: ["email", "phone", "last_login"], "false": ["password"]}),
        *(guard(table, see="false") for table in SIGN_IN),
        guard("people_lockout", see=KEEPERS),
        guard("people_accountevent", see=f"account_id = {ACTING} or {ADMINISTRATOR}"),
        guard("people_accessreview", see=DATA_PROTECTION, insert=DATA_PROTECTION),
        guard("people_auditcheckpoint", see=DATA_PROTECTION),
        guard("people_savedfilter", see=OWN, insert=OWN, update=OWN, delete=OWN),
        guard("people_transfer", see=MOVED, insert=KEEPERS, update=KEEPERS, history="people_historicaltransfer"),
        guard("common_submission", see=SENT, insert=SENT, update=SENT),
        guard("people_team", see="true", history="people_historicalteam"),
        *(guard(table, see="true") for table in PLACES),
        *(
            guard(table, see="true", insert=MANAGER, update=MANAGER, delete=MANAGER)
            for table in ("people_programme", "people_programme_owning_areas", "people_rule", "people_rule_areas")
        ),
    ]
