"""A scheme runs a programme; and of the roles that are held, the second wall counts the teams of the one acted as.

Sight given to an account by name (who leads, who is in a circle, an emergency) is the account's, whichever role it wears.
"""

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


# The same answers as before, for someone who sees 20,000 people in a fifth of the time: the clock and the teams are asked
# once, not for each row, the few who are barred are read once each, and every level is worked out at the first question.
FASTER = """
-- Whom the rows of sight alone would show, before any bar, and at what level. The clock and the teams are asked once.
create function app_told_levels() returns table (id bigint, level integer) language sql stable security definer
set search_path = public, pg_temp as $$
    select participant_id, max(level)::integer from (
        select s.participant_id, s.level, s.starts_at, s.ends_at from people_sight s
        where s.user_id = (select u.id from people_user u where u.id = app_user() and u.is_active)
        union all
        select s.participant_id, s.level, s.starts_at, s.ends_at from people_sight s
        where s.team_id = any ((select app_teams())::bigint[])
    ) theirs
    where starts_at <= (select app_now()) + interval '5 seconds' and (ends_at is null or ends_at > (select app_now()))
    group by 1
$$;

create or replace function app_told(lowest integer) returns bigint[] language sql stable security definer
set search_path = public, pg_temp as $$
    select coalesce(array_agg(id), '{}') from app_told_levels() where level >= lowest
$$;

create or replace function app_sees(lowest integer, variadic groups text[] default '{}') returns bigint[] language plpgsql stable
security definer set search_path = public, pg_temp as $$
declare
    turn text := coalesce(current_setting('app.turn', true), '') || '/' || coalesce(current_setting('app.user_id', true), '');
    place text := 'app.seen_' || lowest || array_to_string(groups, '_');
    held text := coalesce(current_setting(place, true), '');
    shared bigint[];
    one bigint[];
    two bigint[];
    three bigint[];
begin
    if app_user() is null then
        return '{}';
    end if;
    if split_part(held, ':', 1) = turn then
        held := split_part(held, ':', 2);  -- the people, or the place where the same people are kept
        return (case when held like '{%' then held else split_part(current_setting(held), ':', 2) end)::bigint[];
    end if;
    if cardinality(groups) > 0 then
        one := app_sees(lowest);
        shared := array(
            select c.participant_id from people_circlemember c
            where c.user_id = app_user() and c.may_see::text[] && groups
              and c.starts_on <= app_today() and (c.ends_on is null or c.ends_on > app_today())
              and c.participant_id = any ((select app_sees(1))::bigint[])
        );
        if shared <@ one then
            perform set_config(place, current_setting('app.seen_' || lowest), true);
            return one;
        end if;
        one := array(select distinct id from unnest(one || shared) as id order by id);
        perform set_config(place, turn || ':' || one::text, true);
        return one;
    end if;
    -- Bars and merged records are few, and read once each.
    with seen as (
        select id, level from app_told_levels()
        where id not in (
            select e.participant_id from people_exclusion e
            where e.user_id = app_user() and e.starts_at <= app_now() and (e.ends_at is null or e.ends_at > app_now())
        ) and id not in (  -- what was left of a record that was merged into another
            select p.id from people_participant p where p.merged_into_id is not null
        ) and id not in (
            select r.participant_id from people_restriction r
            where r.participant_id <> all (app_self())
              and r.starts_at <= app_now() and (r.ends_at is null or r.ends_at > app_now())
              and not exists (select from people_allowed a where a.restriction_id = r.id and a.user_id = app_user())
        )
    )
    select array_agg(id order by id), array_agg(id order by id) filter (where level >= 2),
           array_agg(id order by id) filter (where level >= 3)
      into one, two, three from seen;
    -- 0 is nobody. In order, so that an index is not given it to sort at each turn of a loop.
    one := 0::bigint || coalesce(one, '{}');
    two := 0::bigint || coalesce(two, '{}');
    three := 0::bigint || coalesce(three, '{}');
    perform set_config('app.seen_1', turn || ':' || one::text, true);
    perform set_config('app.seen_2', turn || ':' || case when two = one then 'app.seen_1' else two::text end, true);
    perform set_config('app.seen_3', turn || ':' || case when three = one then 'app.seen_1' else three::text end, true);
    return case lowest when 1 then one when 2 then two else three end;
end
$$;
"""


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
        migrations.RunSQL(FASTER, migrations.RunSQL.noop),
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
        guard(
            "people_assignment",
            f"{sees()} or {sees(level=CONTACT)}",
            history="people_historicalassignment",
            history_rule=sees(),
        ),
    ]
