"""Risk assessments and hours done go with a record that is merged into another; what they say still never changes."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0011_who_runs_it"),
    ]

    operations = [
        # The service alone may give a row to another record; nobody changes what it says.
        migrations.RunSQL(
            "grant update (participant_id) on people_riskassessment to rehab_service;"
            "grant update (participant_id, requirement_id) on people_requirementprogress to rehab_service",
            "revoke update (participant_id) on people_riskassessment from rehab_service;"
            "revoke update (participant_id, requirement_id) on people_requirementprogress from rehab_service",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="requirementprogress",
            name="progress_is_only_added",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="riskassessment",
            name="risk_is_only_added",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="requirementprogress",
            trigger=pgtrigger.compiler.Trigger(
                name="progress_is_only_added",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="ae7bbf284ee8db958639985929f95faec7359c71",
                    operation="DELETE",
                    pgid="pgtrigger_progress_is_only_added_f15d0",
                    table="people_requirementprogress",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="requirementprogress",
            trigger=pgtrigger.compiler.Trigger(
                name="progress_is_only_added_as_is",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."done_on" IS DISTINCT FROM (NEW."done_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="f40e8e6658feb39ef463ac37f1d20e3853d041ff",
                    operation="UPDATE",
                    pgid="pgtrigger_progress_is_only_added_as_is_63bbc",
                    table="people_requirementprogress",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="riskassessment",
            trigger=pgtrigger.compiler.Trigger(
                name="risk_is_only_added",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="4e8ea7fba0c63bac0e66723bbeed55e923bb7b15",
                    operation="DELETE",
                    pgid="pgtrigger_risk_is_only_added_3230c",
                    table="people_riskassessment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="riskassessment",
            trigger=pgtrigger.compiler.Trigger(
                name="risk_is_only_added_as_is",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."assessed_on" IS DISTINCT FROM (NEW."assessed_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."mappa_category" IS DISTINCT FROM (NEW."mappa_category") OR OLD."mappa_level" IS DISTINCT FROM (NEW."mappa_level") OR OLD."needs_found" IS DISTINCT FROM (NEW."needs_found") OR OLD."needs_ruled_out" IS DISTINCT FROM (NEW."needs_ruled_out") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."overall" IS DISTINCT FROM (NEW."overall") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id") OR OLD."review_by" IS DISTINCT FROM (NEW."review_by") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."to_children" IS DISTINCT FROM (NEW."to_children") OR OLD."to_known_adult" IS DISTINCT FROM (NEW."to_known_adult") OR OLD."to_prisoners" IS DISTINCT FROM (NEW."to_prisoners") OR OLD."to_public" IS DISTINCT FROM (NEW."to_public") OR OLD."to_staff" IS DISTINCT FROM (NEW."to_staff"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="17280eef39cfae06ec8dd4d06cce7cfdf5a3018a",
                    operation="UPDATE",
                    pgid="pgtrigger_risk_is_only_added_as_is_57ee5",
                    table="people_riskassessment",
                    when="BEFORE",
                ),
            ),
        ),
    ]
