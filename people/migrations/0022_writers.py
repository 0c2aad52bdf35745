"""Who did something is whoever does it; whose a record is, and who sees whom, the service alone changes."""

from django.db import migrations

from common.postgres.operations import run_file
from common.postgres.policies import sees
from common.postgres.writing import by_hand, fixed, own_history

OWN_RECORD = "(select app_self())::bigint[]"
OTHERS = f"participant_id <> all ({OWN_RECORD})"
LIMITED = f"participant_id = any ((select app_granted(1))::bigint[]) and {OTHERS}"
# What a person does not read in their own record: who is kept out, and what staff are told about them.
NOT_ONES_OWN = {
    "people_exclusion": f"user_id = (select app_user()) or ({LIMITED})",
    "people_restriction": LIMITED,
    "people_message": f"{sees()} and (user_id is null or {OTHERS})",
    **dict.fromkeys(
        ["people_riskassessment", "people_handoverrequest", "people_transferperson"], f"{sees()} and {OTHERS}"
    ),
}
SENT = "sent_by_id = (select app_user())"  # a form that was sent by nobody is the service's
PROGRAMMES = ["people_programme", "people_programme_owning_areas", "people_rule", "people_rule_areas"]


class Migration(migrations.Migration):
    dependencies = [("people", "0021_told_to_slow_down"), ("common", "0005_writers")]
    operations = [
        run_file("people/sql/turn_is_secret.sql"),
        # A transfer decides who sees whom, and so does which scheme runs a programme.
        *(
            migrations.RunSQL(f"drop policy {act}_allowed on {table}", migrations.RunSQL.noop)
            for table, acts in {
                "people_transfer": ["insert", "update"],
                "people_historicaltransfer": ["insert"],
                **dict.fromkeys(PROGRAMMES, ["insert", "update", "delete"]),
            }.items()
            for act in acts
        ),
        fixed("people_participant", "ref", "user_id", "phone", "email", "joined_on", "left_on", "merged_into_id"),
        by_hand("people_safecontact", "written_by_id"),
        by_hand("people_document", "added_by_id", "removed_by_id"),
        fixed("people_document", "participant_id", "content", "content_type", "size", "added_at"),
        by_hand("people_custodyhandover", "recorded_by_id"),
        by_hand("people_requirementprogress", "recorded_by_id"),
        by_hand("people_issuedcondition", "issued_by_id"),
        by_hand("people_enrolment", "asked_by_id", "overridden_by_id"),
        by_hand("people_subjectaccess", "opened_by_id", "made_by_id"),
        by_hand("people_subjectpassage", "answered_by_id?"),
        by_hand("people_legalhold", "set_by_id", "lifted_by_id"),
        by_hand("people_accessreview", "by_id"),
        by_hand("people_riskassessment", "recorded_by_id"),
        by_hand("people_victimliaison", "written_by_id"),
        own_history("people"),
        migrations.RunSQL(
            [
                f"alter policy seen on common_submission using ({SENT})",
                f"alter policy insert_allowed on common_submission with check ({SENT})",
                f"alter policy update_allowed on common_submission using ({SENT}) with check ({SENT})",
            ],
            migrations.RunSQL.noop,
        ),
        *(
            migrations.RunSQL(f"alter policy seen on {table} using ({rule})", migrations.RunSQL.noop)
            for table, rule in NOT_ONES_OWN.items()
        ),
    ]
