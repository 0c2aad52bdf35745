"""What nothing takes away no login may take away; and what is Django's own no login writes."""

from django.db import migrations

EVERYONE = "rehab_web, rehab_worker, rehab_service"
DJANGOS = "auth_group, auth_group_permissions, auth_permission, django_content_type, django_migrations"


class Migration(migrations.Migration):
    dependencies = [("people", "0010_accounts")]
    operations = [
        migrations.RunSQL(
            [
                f"revoke delete on people_accessgrant from {EVERYONE}",
                # The service deletes them when someone is taken out of the record.
                "revoke delete on people_message, people_document from rehab_web, rehab_worker",
                f"revoke insert, update, delete on {DJANGOS} from {EVERYONE}",
            ],
            migrations.RunSQL.noop,
        )
    ]
