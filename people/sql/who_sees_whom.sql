-- The database's own reading of people_accessgrant: the one answer to "who may see whom".
-- Whom the access grants alone would show, and at what level, before exclusions and restrictions. The clock and the
-- teams are asked once. Our clock may run up to five seconds before the database's, so that what was just granted can
-- be used in the same transaction.
create function app_granted_levels() returns table (id bigint, level integer) language sql stable security definer
set search_path = public, pg_temp as $$
    select participant_id, max(level)::integer from (
        select s.participant_id, s.level, s.starts_at, s.ends_at from people_accessgrant s
        where s.user_id = (select u.id from people_user u where u.id = app_user() and u.is_active)
        union all
        select s.participant_id, s.level, s.starts_at, s.ends_at from people_accessgrant s
        where s.team_id = any ((select app_teams())::bigint[])
    ) theirs
    where starts_at <= (select app_now()) + interval '5 seconds' and (ends_at is null or ends_at > (select app_now()))
    group by 1
$$;

create function app_granted(lowest integer) returns bigint[] language sql stable security definer
set search_path = public, pg_temp as $$
    select coalesce(array_agg(id), '{}') from app_granted_levels() where level >= lowest
$$;

-- Whom the acting user may see at this level, or by a group that the person shares with them; and 0, which is nobody.
-- Worked out for all levels at the first question of a turn (one actor in one transaction), and kept until the next.
create function app_sees(lowest integer, variadic groups text[] default '{}') returns bigint[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    turn text := coalesce(current_setting('app.turn', true), '') || '/' || coalesce(current_setting('app.user_id', true), '');
    place text := 'app.seen_' || lowest || array_to_string(groups, '_');
    cached text := coalesce(current_setting(place, true), '');
    shared bigint[];
    one bigint[];
    two bigint[];
    three bigint[];
begin
    if app_user() is null then
        return '{}';
    end if;
    if split_part(cached, ':', 1) = turn then
        cached := split_part(cached, ':', 2);  -- the people, or the place where the same people are kept
        return (case when cached like '{%' then cached else split_part(current_setting(cached), ':', 2) end)::bigint[];
    end if;
    if cardinality(groups) > 0 then
        one := app_sees(lowest);
        shared := array(
            select c.participant_id from people_circlemember c
            where c.user_id = app_user() and c.may_see::text[] && groups
              and c.starts_on <= app_today() and (c.ends_on is null or c.ends_on >= app_today())
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
    -- Exclusions, restrictions and merged records are few, and read once each.
    with seen as (
        select id, level from app_granted_levels()
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
