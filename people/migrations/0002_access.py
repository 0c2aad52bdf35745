"""Who is acting, who sees whom, and row-level security on every table of this floor that holds a person."""

from django.db import migrations

from common.postgres.operations import SERVICE, WEB, WORKER, append_only, history_append_only, run_file
from common.postgres.policies import CONTACT, NAME, guard, sees, through

ACTING = "(select app_user())"
OWN_RECORD = "(select app_self())::bigint[]"
DATA_PROTECTION = "(select app_is('DATA_PROTECTION'))"
NOT_ONESELF = f"{sees()} and participant_id <> all ({OWN_RECORD})"
# An exclusion or a restriction is known to those whom it keeps out, or the first wall could not keep them out.
LIMITED = "participant_id = any ((select app_granted(1))::bigint[])"
GRANTED = f"user_id = {ACTING} or team_id = any ((select app_teams())::bigint[]) or {sees()}"
EVENTS = f"user_id = {ACTING} or participants && {OWN_RECORD} or {DATA_PROTECTION}"
LEADS = f"{sees()} or {sees(level=CONTACT)}"
SHARED = f"{sees()} and (shared_with_person or added_by_id = {ACTING} or participant_id <> all ({OWN_RECORD}))"


def _past(table: str) -> str:
    return table.replace("people_", "people_historical")


def _tracked(table: str, rule: str, history_rule: str = ""):
    return guard(table, rule, history=_past(table), history_rule=history_rule)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("common", "0002_initial")]
    operations = [
        run_file("people/sql/who_acts.sql"),
        run_file("people/sql/who_sees_whom.sql"),
        run_file("people/sql/find_people.sql"),
        run_file("people/sql/move_history.sql"),
        run_file("people/sql/rewrite_rows.sql"),
        run_file("people/sql/only_by_night.sql"),
        # Who sees whom
        _tracked("people_participant", sees("id", level=NAME), sees("id")),
        guard("people_accessgrant", GRANTED),
        _tracked("people_exclusion", f"user_id = {ACTING} or {LIMITED}"),
        _tracked("people_restriction", LIMITED),
        _tracked("people_allowed", through("restriction_id", "people_restriction")),
        guard("people_accessevent", EVENTS),
        _tracked("people_assignment", LEADS, sees()),
        _tracked("people_circlemember", f"user_id = {ACTING} or {sees()}"),
        # The record
        _tracked("people_address", sees()),
        _tracked("people_safecontact", NOT_ONESELF),
        _tracked("people_victimliaison", NOT_ONESELF),
        _tracked("people_circlecontact", sees()),
        _tracked("people_document", SHARED),
        guard("people_riskassessment", sees()),
        guard("people_codeletter", sees()),
        guard("people_message", sees()),
        guard("people_merge", sees("kept_id")),
        guard("people_transferperson", sees()),
        guard("people_caseloadupload", f"uploaded_by_id = {ACTING}"),
        # The court's side. What it requires is shared with those in the circle to whom the person shows it.
        _tracked("people_sentence", sees("participant_id", "SENTENCE"), sees()),
        _tracked("people_requirement", through("sentence_id", "people_sentence")),
        guard("people_requirementprogress", sees("participant_id", "SENTENCE")),
        _tracked("people_issuedcondition", sees()),
        _tracked("people_supervision", sees()),
        _tracked("people_custodyhandover", sees()),
        # Programmes
        _tracked("people_enrolment", sees()),
        guard("people_ruleresult", through("enrolment_id", "people_enrolment")),
        # Rights over data
        _tracked("people_subjectaccess", DATA_PROTECTION),
        _tracked("people_subjectpassage", DATA_PROTECTION),
        _tracked("people_legalhold", DATA_PROTECTION),
        guard("people_erasure", DATA_PROTECTION),
        # What is only ever added to
        history_append_only("people"),
        append_only(
            "people_accessevent", "people_accountevent", "people_transferperson", "people_auditcheckpoint",
            "people_erasure",
        ),
        # A merge moves these to the record that stays.
        append_only("people_riskassessment", "people_requirementprogress", roles=(WEB, WORKER)),
        append_only(
            may_update={
                "people_riskassessment": "participant_id",
                "people_requirementprogress": "participant_id, requirement_id",
            },
            roles=(SERVICE,),
        ),
        append_only(may_update={"people_merge": "moved, changed, undone_at, undone_by_id"}, roles=(WEB, WORKER)),
    ]  # fmt: skip
