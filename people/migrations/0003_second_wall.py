"""Row-level security on the people floor: the database's own reading of people.Sight, and the policies that use it.

The functions run as the owner (security definer), so that reading who may see whom is not itself subject to a policy.
`app.now` is set by tests alone; without it the clock is the database's. Five seconds are allowed by which our clock may
run before it, so that what was just granted can be used in the same transaction.
"""

from django.db import migrations

from common.postgres.operations import SERVICE, append_only
from common.postgres.policies import NAME, guard, sees, through

FUNCTIONS = """
create function app_user() returns bigint language sql stable
return nullif(current_setting('app.user_id', true), '')::bigint;

create function app_now() returns timestamptz language sql stable
return coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp());

create function app_today() returns date language sql stable
return (app_now() at time zone 'Europe/London')::date;

create function app_teams() returns bigint[] language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(array_agg(distinct m.team_id), '{}')
    from people_membership m join people_user u on u.id = m.user_id and u.is_active
    where m.user_id = app_user() and m.team_id is not null and m.role in ('PRACTITIONER', 'MANAGER', 'PROVIDER')
      and m.starts_on <= app_today() and (m.ends_on is null or m.ends_on >= app_today())
$$;

create function app_is(role text) returns boolean language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select from people_membership m join people_user u on u.id = m.user_id and u.is_active
        where m.user_id = app_user() and m.role = $1
          and m.starts_on <= app_today() and (m.ends_on is null or m.ends_on >= app_today())
    )
$$;

create function app_self() returns bigint[] language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(array_agg(p.id), '{}') from people_participant p where p.user_id = app_user()
$$;

-- Whom the rows of sight alone would show, before any bar.
create function app_told(lowest integer) returns bigint[] language sql stable security definer
set search_path = public, pg_temp as $$
    with mine as (
        select s.* from people_sight s join people_user u on u.id = s.user_id and u.is_active where s.user_id = app_user()
        union all
        select s.* from people_sight s where s.team_id = any (app_teams())
    )
    select coalesce(array_agg(distinct participant_id), '{}') from mine
    where level >= lowest and starts_at <= app_now() + interval '5 seconds' and (ends_at is null or ends_at > app_now())
$$;

-- Whom the acting user may see at this level, or by a group that the person shares with them; and 0, which is nobody.
-- Worked out once for each turn of an actor in a transaction, and remembered until the next.
create function app_sees(lowest integer, variadic groups text[] default '{}') returns bigint[] language plpgsql stable
security definer set search_path = public, pg_temp as $$
declare
    place text := 'app.seen_' || lowest || array_to_string(groups, '_');
    turn text := coalesce(current_setting('app.turn', true), '') || '/' || coalesce(current_setting('app.user_id', true), '');
    held text := coalesce(current_setting(place, true), '');
    seen bigint[];
begin
    if turn <> '/' and split_part(held, ':', 1) = turn then
        return split_part(held, ':', 2)::bigint[];
    end if;
    with told as (
        select unnest(app_told(lowest)) as id
        union
        select c.participant_id from people_circlemember c
        where cardinality(groups) > 0 and c.user_id = app_user() and c.may_see::text[] && groups
          and c.starts_on <= app_today() and (c.ends_on is null or c.ends_on > app_today())
          and c.participant_id = any (app_told(1))
    )
    select array_agg(told.id) into seen from told
    where not exists (
        select from people_exclusion e
        where e.participant_id = told.id and e.user_id = app_user()
          and e.starts_at <= app_now() and (e.ends_at is null or e.ends_at > app_now())
    ) and not exists (  -- what was left of a record that was merged into another
        select from people_participant p where p.id = told.id and p.merged_into_id is not null
    ) and not exists (
        select from people_restriction r
        where r.participant_id = told.id and r.participant_id <> all (app_self())
          and r.starts_at <= app_now() and (r.ends_at is null or r.ends_at > app_now())
          and not exists (select from people_allowed a where a.restriction_id = r.id and a.user_id = app_user())
    );
    if app_user() is not null then
        seen := coalesce(seen, '{}') || 0::bigint;
    end if;
    perform set_config(place, turn || ':' || coalesce(seen, '{}')::text, true);
    return coalesce(seen, '{}');
end
$$;
"""
DROP = """
drop function app_sees(integer, text[]);
drop function app_told(integer);
drop function app_self();
drop function app_is(text);
drop function app_teams();
drop function app_today();
drop function app_now();
drop function app_user();
"""
# A bar is known to those whom it keeps out, or the first wall could not keep them out.
BARRED = "participant_id = any ((select app_told(1))::bigint[])"
MINE = f"user_id = (select app_user()) or team_id = any ((select app_teams())::bigint[]) or {sees()}"
LOOKED = (
    "user_id = (select app_user()) or participants && (select app_self())::bigint[]"
    " or (select app_is('DATA_PROTECTION'))"
)


class Migration(migrations.Migration):
    dependencies = [("people", "0002_bars"), ("common", "0003_service_role")]
    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        guard(
            "people_participant",
            sees("id", level=NAME),
            history="people_historicalparticipant",
            history_rule=sees("id"),
        ),
        guard("people_assignment", sees(), history="people_historicalassignment"),
        guard("people_sight", MINE),
        guard("people_exclusion", f"user_id = (select app_user()) or {BARRED}", history="people_historicalexclusion"),
        guard("people_restriction", BARRED, history="people_historicalrestriction"),
        guard("people_allowed", through("restriction_id", "people_restriction"), history="people_historicalallowed"),
        guard(
            "people_circlemember", f"user_id = (select app_user()) or {sees()}", history="people_historicalcirclemember"
        ),
        guard("people_message", sees()),
        guard("people_enrolment", sees(), history="people_historicalenrolment"),
        guard("people_ruleresult", through("enrolment_id", "people_enrolment")),
        guard("people_sentence", sees(), history="people_historicalsentence"),
        guard("people_requirement", through("sentence_id", "people_sentence"), history="people_historicalrequirement"),
        guard("people_look", LOOKED),
        guard("people_caseloadupload", "uploaded_by_id = (select app_user())"),
        append_only("people_look", roles=(SERVICE,)),
        append_only("people_historicalexclusion", "people_historicalrestriction", "people_historicalallowed"),
    ]
