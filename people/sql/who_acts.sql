-- Who is acting: read from the settings that common/postgres/actor.py writes at the start of each transaction.
-- What reads tables runs as the owner (security definer), so that the answer is not itself subject to a policy.

-- The acting user's id; null where nobody acts.
create function app_user() returns bigint language sql stable
return nullif(current_setting('app.user_id', true), '')::bigint;

-- The moment. Only tests set `app.now`; without it the clock is the database's.
create function app_now() returns timestamptz language sql stable
return coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp());

-- The day in London.
create function app_today() returns date language sql stable
return (app_now() at time zone 'Europe/London')::date;

-- The membership acted as; null where every role counts.
create function app_role() returns bigint language sql stable
return nullif(current_setting('app.role_id', true), '')::bigint;

-- The teams with which the acting user sees people: those of the role they act as, or of every role held today.
create function app_teams() returns bigint[] language sql stable security definer
set search_path = public, pg_temp as $$
    select coalesce(array_agg(distinct m.team_id), '{}')
    from people_membership m join people_user u on u.id = m.user_id and u.is_active
    where m.user_id = app_user() and m.team_id is not null
      and m.role in ('PRACTITIONER', 'MANAGER', 'PROVIDER', 'SCHEME')
      and m.starts_on <= app_today() and (m.ends_on is null or m.ends_on >= app_today())
      and (app_role() is null or m.id = app_role())
$$;

-- Whether the acting user holds this role today, and acts as it.
create function app_is(role text) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (
        select from people_membership m join people_user u on u.id = m.user_id and u.is_active
        where m.user_id = app_user() and m.role = $1
          and m.starts_on <= app_today() and (m.ends_on is null or m.ends_on >= app_today())
          and (app_role() is null or m.id = app_role())
    )
$$;

-- The acting user's own record, if they are a participant.
create function app_self() returns bigint[] language sql stable security definer
set search_path = public, pg_temp as $$
    select coalesce(array_agg(p.id), '{}') from people_participant p where p.user_id = app_user()
$$;
