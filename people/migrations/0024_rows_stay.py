"""A row stays the row it is; limits are read with the whole record; a backup's turns do not count elsewhere."""

from django.db import migrations

from common.postgres.operations import run_file
from common.postgres.policies import FULL, sees
from common.postgres.writing import fixed, readable_moments, rows_stay

OTHERS = "participant_id <> all ((select app_self())::bigint[])"
LIMITED = f"participant_id = any ((select app_granted({FULL}))::bigint[]) and {OTHERS}"
COLUMNS = "phone", "email", "prison_id", "user_id", "left_on", "merged_into_id"
WEB = "'rehab_web', 'rehab_worker', 'rehab_shown'"


def see(table: str, rule: str) -> migrations.RunSQL:
    return migrations.RunSQL(f"alter policy seen on {table} using ({rule})", migrations.RunSQL.noop)


class Migration(migrations.Migration):
    dependencies = [("people", "0023_exports"), ("common", "0006_rows_stay")]
    operations = [
        run_file("people/sql/restored_turns.sql"),
        rows_stay("people"),
        readable_moments("people"),
        fixed("people_exclusion", "user_id"),
        # Who wrote a phone number down is read from history.
        migrations.RunSQL(
            f"create trigger of_its_row after insert on people_historicalparticipant for each row when"
            f" (new.history_type <> '-' and current_user in ({WEB}))"
            f" execute function app_history_is_of_its_row({', '.join(repr(column) for column in COLUMNS)})",
            migrations.RunSQL.noop,
        ),
        see("people_exclusion", f"user_id = (select app_user()) or ({LIMITED})"),
        see("people_restriction", LIMITED),
        see("people_historicalhandoverrequest", f"{sees()} and {OTHERS}"),
        # What a merge changed may have been sealed, or of no concern to the person.
        migrations.RunSQL(
            [
                "revoke select on people_merge from rehab_web, rehab_worker",
                "grant select (id, kept_id, gone_id, merged_at, merged_by_id, undone_at, undone_by_id)"
                " on people_merge to rehab_web, rehab_worker",
            ],
            migrations.RunSQL.noop,
        ),
        # Who works with someone in prison decides who sees them: the service alone writes it.
        *(
            migrations.RunSQL(f"drop policy {act}_allowed on {table}", migrations.RunSQL.noop)
            for table, acts in {
                "people_supervision": ["insert", "update", "delete"],
                "people_historicalsupervision": ["insert"],
            }.items()
            for act in acts
        ),
    ]
