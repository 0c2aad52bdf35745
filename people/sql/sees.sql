-- Whom the acting user sees, worked out once a turn. This file may be run again.

-- Keeps a text in a setting for this turn, marked with the turn's secret; and gives it back, or null where the mark is
-- not ours: anyone may write a setting. The length keeps the mark of one place and value from being that of another.
create or replace function app_keep(turn app_turn, place text, value text) returns void language sql stable as $$
    select set_config(place, md5(concat_ws(':', turn.secret, length(place), place, value)) || ':' || value, true)
$$;

create or replace function app_kept(turn app_turn, place text) returns text language sql stable as $$
    select substr(kept, 34) from current_setting(place, true) as kept
    where split_part(kept, ':', 1) = md5(concat_ws(':', turn.secret, length(place), place, substr(kept, 34)))
$$;
revoke all on function app_keep(app_turn, text, text), app_kept(app_turn, text) from public;

-- Whom the acting user may see at this level, or by a group that the person shares with them; and 0, which is nobody.
-- Worked out for all levels at the first question of a turn, and kept until the next with a mark that only this
-- function can make, since anyone may write a setting. Whom they may change is kept with it (`app_changes`).
create or replace function app_sees(lowest integer, variadic groups text[] default '{}') returns bigint[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    turn app_turn;
    place text := 'app.seen_' || lowest || array_to_string(groups, '_');
    cached text;
    shared bigint[];
    one bigint[];
    two bigint[];
    three bigint[];
    mine bigint[];
begin
    if lowest not in (1, 2, 3) or not groups <@ array['CONTACT', 'MEETINGS', 'GOALS', 'STRENGTHS', 'SENTENCE'] then
        raise exception 'there is no such level or group' using errcode = 'invalid_parameter_value';
    end if;
    select * into turn from app_turn where xid = pg_current_xact_id_if_assigned() order by seq desc limit 1;
    if turn.user_id is null then
        return '{}';
    end if;
    cached := app_kept(turn, place);
    while cached like 'app.%' loop  -- the place where the same people are kept
        cached := app_kept(turn, cached);
    end loop;
    if cached is not null then
        return cached::bigint[];
    end if;
    if cardinality(groups) > 0 then
        one := app_sees(lowest);
        shared := array(
            select c.participant_id from people_circlemember c
            where c.user_id = turn.user_id and c.may_see::text[] && groups
              and c.starts_on <= app_today() and (c.ends_on is null or c.ends_on >= app_today())
              and c.participant_id = any ((select app_sees(1))::bigint[])
        );
        if shared <@ one then
            perform app_keep(turn, place, 'app.seen_' || lowest);
            return one;
        end if;
        one := array(select distinct id from unnest(one || shared) as id order by id);
        perform app_keep(turn, place, one::text);
        return one;
    end if;
    -- Exclusions, restrictions and merged records are few, and read once each.
    with seen as (
        select id, level, to_change from app_granted_levels()
        where id not in (
            select e.participant_id from people_exclusion e
            where e.user_id = turn.user_id and e.starts_at <= app_now() and (e.ends_at is null or e.ends_at > app_now())
        ) and id not in (  -- what was left of a record that was merged into another
            select p.id from people_participant p where p.merged_into_id is not null
        ) and id not in (
            select r.participant_id from people_restriction r
            where r.participant_id <> all (app_self())
              and r.starts_at <= app_now() and (r.ends_at is null or r.ends_at > app_now())
              and not exists (select from people_allowed a where a.restriction_id = r.id and a.user_id = turn.user_id)
        )
    )
    select array_agg(id order by id), array_agg(id order by id) filter (where level >= 2),
           array_agg(id order by id) filter (where level >= 3), array_agg(id order by id) filter (where to_change)
      into one, two, three, mine from seen;
    -- 0 is nobody. In order, so that an index is not given it to sort at each turn of a loop.
    one := 0::bigint || coalesce(one, '{}');
    two := 0::bigint || coalesce(two, '{}');
    three := 0::bigint || coalesce(three, '{}');
    perform app_keep(turn, 'app.seen_1', one::text);
    perform app_keep(turn, 'app.seen_2', case when two = one then 'app.seen_1' else two::text end);
    perform app_keep(turn, 'app.seen_3', case when three = one then 'app.seen_1' else three::text end);
    perform app_keep(turn, 'app.changes', coalesce(mine, '{}')::text);
    return case lowest when 1 then one when 2 then two else three end;
end
$$;
