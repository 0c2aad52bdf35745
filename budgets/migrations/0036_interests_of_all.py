"""Finance officers and panel members say which payees they have to do with, as staff do."""

from django.db import migrations

from common.postgres.writing import changeable, either

OWN = "user_id = (select app_user())"
STAFF = either("(select app_is('MANAGER'))", "(select app_is('PRACTITIONER'))")
OF_PAYEES = either("(select app_is('FINANCE'))", "(select app_is('PANEL'))")
THEIRS = f"({STAFF}) and ({either('participant_id is null', changeable())})"
BEFORE = f"{OWN} and {THEIRS}"
AFTER = f"{OWN} and ({either(THEIRS, f'({OF_PAYEES}) and participant_id is null')})"


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0035_priced"),
    ]

    operations = [
        migrations.RunSQL(
            f"alter policy insert_allowed on budgets_interest with check ({AFTER})",
            f"alter policy insert_allowed on budgets_interest with check ({BEFORE})",
        ),
    ]
