"""A scheme runs a programme; and the second wall counts the role that is acted as, not every role that is held."""

import django.db.models.deletion
from django.db import migrations, models

from common.postgres.policies import CONTACT, guard, sees


def counting(which: str, seeing: str) -> str:
    """The functions that read the roles of the acting user: one more condition on each role `m`, and who sees."""
    return f"""
create or replace function app_teams() returns bigint[] language sql stable security definer
set search_path = public, pg_temp as $$
    select coalesce(array_agg(distinct m.team_id), '{{}}')
    from people_membership m join people_user u on u.id = m.user_id and u.is_active
    where m.user_id = app_user() and m.team_id is not null and m.role in ({seeing})
      and m.starts_on <= app_today() and (m.ends_on is null or m.ends_on >= app_today()) and {which}
$$;

create or replace function app_is(role text) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (
        select from people_membership m join people_user u on u.id = m.user_id and u.is_active
        where m.user_id = app_user() and m.role = $1
          and m.starts_on <= app_today() and (m.ends_on is null or m.ends_on >= app_today()) and {which}
    )
$$;
"""


ROLE = """
create function app_role() returns bigint language sql stable
return nullif(current_setting('app.role_id', true), '')::bigint;
"""
ONE_ROLE = ROLE + counting(
    "(app_role() is null or m.id = app_role())", "'PRACTITIONER', 'MANAGER', 'PROVIDER', 'SCHEME'"
)
EVERY_ROLE = counting("true", "'PRACTITIONER', 'MANAGER', 'PROVIDER'") + "drop function app_role();"


ROLES = [
    ("PARTICIPANT", "Participant"),
    ("PRACTITIONER", "Practitioner"),
    ("MANAGER", "Team manager"),
    ("VOLUNTEER", "Volunteer"),
    ("PROVIDER", "Provider"),
    ("SCHEME", "Scheme worker"),
    ("COMMISSIONER", "Commissioner"),
    ("ADMINISTRATOR", "Administrator"),
    ("DATA_PROTECTION", "Data-protection officer"),
]


class Migration(migrations.Migration):
    dependencies = [("people", "0010_shared_documents")]

    operations = [
        migrations.RunSQL(ONE_ROLE, EVERY_ROLE),
        migrations.AddField(
            model_name="programme",
            name="scheme",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="programmes",
                to="people.team",
            ),
        ),
        migrations.AlterField(
            model_name="sight",
            name="why",
            field=models.CharField(
                choices=[
                    ("ASSIGNED", "Assigned practitioner"),
                    ("TEAM", "Works in the team"),
                    ("SELF", "Their own record"),
                    ("CIRCLE", "In the person's circle"),
                    ("REFERRAL", "Referred for help"),
                    ("ENROLLED", "On a programme they run"),
                    ("BREAK_GLASS", "Opened in an emergency"),
                    ("PRISON", "Works with them in prison"),
                ],
                max_length=11,
            ),
        ),
        *(
            migrations.AlterField(model_name=name, name="role", field=models.CharField(choices=ROLES, max_length=15))
            for name in ("historicalinvitation", "historicalmembership", "invitation", "membership")
        ),
        migrations.RemoveConstraint(model_name="membership", name="staff_roles_sit_in_a_team"),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role__in", ["PRACTITIONER", "MANAGER", "SCHEME"]), _negated=True),
                    ("team__isnull", False),
                    _connector="OR",
                ),
                name="staff_roles_sit_in_a_team",
                violation_error_message="Choose the team this person works in.",
            ),
        ),
        # Who may know how to reach a person may know who leads their case.
        guard("people_assignment", sees(level=CONTACT), history="people_historicalassignment", history_rule=sees()),
    ]
