"""A person sees who looked at a record that was merged into theirs, as the page that says so promises."""

from django.db import migrations

SEEN = (
    "user_id = (select app_user()) or (select app_is('DATA_PROTECTION'))"
    " or id in (select people_events_of_own_record())"
)


class Migration(migrations.Migration):
    dependencies = [("people", "0026_quick_lists")]
    operations = [
        migrations.RunSQL(
            [
                "grant execute on function people_events_of_own_record() to rehab_worker",
                f"alter policy seen on people_accessevent using ({SEEN})",
            ],
            migrations.RunSQL.noop,
        ),
    ]
