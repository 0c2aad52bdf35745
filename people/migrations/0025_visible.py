"""Whom someone sees is kept as bits, and each policy looks for one."""

from django.db import migrations

from common.postgres.columns import show
from common.postgres.operations import run_file
from common.postgres.policies import CONTACT
from common.postgres.writing import ask_bits, beneath, changeable, visible

RECORD = [
    "date_of_birth", "crn", "prison_number", "pnc", "cro", "address", "outcode", "risk_band", "communication_note",
    "readiness", "cohort_tags",
]  # fmt: skip
# Why someone is kept out is for those who may keep people out.
LIMITS = f"(select app_is('MANAGER')) and {changeable()}"
PARENTS = {  # tables that ask through a parent
    "requirement": ("sentence_id", "people_sentence", True),
    "ruleresult": ("enrolment_id", "people_enrolment", True),
    "allowed": ("restriction_id", "people_restriction", False),
}


def beneath_parents() -> list[str]:
    found = []
    for name, (key, parent, written) in PARENTS.items():
        for table in (f"people_{name}", f"people_historical{name}"):
            if table != "people_historicalruleresult":
                found.append(f"alter policy seen on {table} using ({beneath(key, parent)})")
        if written:
            rule = beneath(key, parent, changeable())
            found.append(f"alter policy insert_allowed on people_{name} with check ({rule})")
            found.append(f"alter policy update_allowed on people_{name} using ({rule}) with check ({rule})")
    rule = beneath("sentence_id", "people_sentence", changeable())
    found.append(f"alter policy delete_allowed on people_requirement using ({rule})")
    found.append(f"alter policy insert_allowed on people_historicalrequirement with check ({rule})")
    return found


class Migration(migrations.Migration):
    dependencies = [("people", "0024_rows_stay")]
    operations = [
        run_file("people/sql/visible.sql"),
        run_file("people/sql/ids_of_the_visible.sql"),
        migrations.RunSQL(beneath_parents(), migrations.RunSQL.noop),
        ask_bits("people"),
        show(
            "people_participant",
            {visible("id"): RECORD, visible("id", "CONTACT", level=CONTACT): ["phone", "email"]},
        ),
        show("people_exclusion", {LIMITS: ["reason"]}),
        show("people_restriction", {LIMITS: ["reason"]}),
    ]
