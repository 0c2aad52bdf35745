-- Whom the acting user sees, as bits: the first is nobody's (id 0), then one for each person's id. A bit is found in the
-- same time however many people there are, which a search in an array is not. It is worked out once for each actor in a
-- transaction, and again where what decides it was written meanwhile.

create unlogged table app_turn_people (
    turn bigint not null,  -- the actor's first in this transaction
    place text not null,  -- a level; a level and groups; "change"; "granted"
    clock text not null default coalesce(current_setting('app.now', true), ''),  -- only tests set it (app_now)
    people bit varying,
    same_as text,  -- the place where the same people are
    primary key (turn, place, clock)
);
revoke all on app_turn_people from public, rehab_web, rehab_worker, rehab_service;

-- Whether this person is among them. Planned as part of the statement that asks.
create function app_has(people bit varying, person bigint) returns boolean language sql immutable parallel safe
return substring(people, (person + 1)::integer, 1) > B'0';

-- These ids as bits, as long as for the highest. Put together from hexadecimal digits, 64 bits at a time.
create function app_bits(ids bigint[], highest bigint) returns bit varying language sql immutable parallel safe as $$
    select ('x' || string_agg(repeat('0', 16 * gap::integer) || digits, '' order by place))::bit varying from (
        select place, digits, place - 1 - lag(place, 1, -1::bigint) over (order by place) as gap from (
            select id >> 6 as place, lpad(to_hex(bit_or(1::bigint << 63 - (id & 63)::integer)), 16, '0') as digits
            from unnest(ids) as id group by 1
            union all
            select highest / 64 + 1, ''
        ) words
    ) places
$$;

-- Works out the levels, and whom the grants alone would show in full (before exclusions and restrictions).
create function app_work_out(asked bigint, who bigint) returns void language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    one bigint[];
    two bigint[];
    three bigint[];
    granted bigint[];
    highest bigint;
begin
    -- Exclusions, restrictions and merged records are few, and read once each.
    with closed as materialized (
        select e.participant_id as id from people_exclusion e
        where e.user_id = who and e.starts_at <= app_now() and (e.ends_at is null or e.ends_at > app_now())
        union all  -- what was left of a record that was merged into another
        select p.id from people_participant p where p.merged_into_id is not null
        union all
        select r.participant_id from people_restriction r
        where r.participant_id <> all (app_self())
          and r.starts_at <= app_now() and (r.ends_at is null or r.ends_at > app_now())
          and not exists (select from people_allowed a where a.restriction_id = r.id and a.user_id = who)
    ),
    theirs as materialized (
        select id, level, id not in (select c.id from closed c) as seen from app_granted_levels()
    )
    select 0 || array_agg(id) filter (where seen), 0 || array_agg(id) filter (where seen and level >= 2),
           0 || array_agg(id) filter (where seen and level >= 3), 0 || array_agg(id) filter (where level >= 3),
           coalesce(max(id), 0)
      into one, two, three, granted, highest from theirs;
    insert into app_turn_people (turn, place, people, same_as)
    select asked, place, case when not alike then app_bits(ids, highest) end, case when alike then '1' end
    from (values
        ('1', one, false),  -- each level has no more people than the one below it
        ('2', two, cardinality(two) = cardinality(one)),
        ('3', three, cardinality(three) = cardinality(one)),
        ('granted', granted, cardinality(granted) = cardinality(three) and cardinality(three) = cardinality(one))
    ) every (place, ids, alike)
    on conflict do nothing;
end
$$;

-- What was worked out for this turn, or is now. Null where no user acts.
create function app_people(asked_place text, lowest integer, groups text[]) returns bit varying
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    acting app_turn;
    first_turn bigint;
    found_people bit varying;
    person bigint;
begin
    select * into acting from app_turn where xid = pg_current_xact_id_if_assigned() order by seq desc limit 1;
    if acting.user_id is null then
        return null;
    end if;
    first_turn := (
        select min(seq) from app_turn t
        where t.xid = acting.xid and t.user_id = acting.user_id and t.role_id is not distinct from acting.role_id
    );
    -- Made anew, or it would be taken out of the table's storage again for each row that asks.
    select coalesce(p.people, o.people) || B'' into found_people
      from app_turn_people p left join app_turn_people o
        on o.turn = p.turn and o.place = p.same_as and o.clock = p.clock
      where p.turn = first_turn and p.place = asked_place and p.clock = coalesce(current_setting('app.now', true), '');
    if found then
        return found_people;
    end if;
    if cardinality(groups) > 0 then
        found_people := app_people(lowest::text, lowest, '{}');
        for person in
            select c.participant_id from people_circlemember c
            where c.user_id = acting.user_id and c.may_see::text[] && groups
              and c.starts_on <= app_today() and (c.ends_on is null or c.ends_on >= app_today())
              and app_has(app_people('1', 1, '{}'), c.participant_id)
        loop
            found_people := set_bit(found_people, person::integer, 1);
        end loop;
        if found_people = app_people(lowest::text, lowest, '{}') then
            insert into app_turn_people (turn, place, same_as)
            select turn, asked_place, coalesce(same_as, place) from app_turn_people
            where turn = first_turn and place = lowest::text and clock = coalesce(current_setting('app.now', true), '')
            on conflict do nothing;
        else
            insert into app_turn_people (turn, place, people) values (first_turn, asked_place, found_people)
            on conflict do nothing;
        end if;
        return found_people;
    end if;
    if asked_place = 'change' then
        insert into app_turn_people (turn, place, people)
        select first_turn, asked_place, app_bits(array_agg(id) filter (where to_change and app_has(seen.people, id)),
                                                 coalesce(max(id), 0))
        from app_granted_levels() cross join (select app_people('1', 1, '{}') as people) seen on conflict do nothing;
    else
        perform app_work_out(first_turn, acting.user_id);
    end if;
    return app_people(asked_place, lowest, groups);
end
$$;

-- Those whom the acting user may see at this level, or by a group that the person shares with them; and nobody (0).
create function app_visible(lowest integer, variadic groups text[] default '{}') returns bit varying
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    if lowest not in (1, 2, 3) or not groups <@ array['CONTACT', 'MEETINGS', 'GOALS', 'STRENGTHS', 'SENTENCE'] then
        raise exception 'there is no such level or group' using errcode = 'invalid_parameter_value';
    end if;
    return app_people(lowest || array_to_string(groups, '_'), lowest, groups);
end
$$;

-- Those whose record the acting user may change.
create function app_may_change() returns bit varying language plpgsql stable security definer
set search_path = public, pg_temp as $$
begin
    return app_people('change', 0, '{}');
end
$$;

-- Those whom the acting user's grants alone would show in full.
create function app_granted_in_full() returns bit varying language plpgsql stable security definer
set search_path = public, pg_temp as $$
begin
    return app_people('granted', 0, '{}');
end
$$;


-- What decides it was written: it is worked out again when next asked.
create function app_people_again() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    delete from app_turn_people where turn in (
        select seq from app_turn where xid = pg_current_xact_id_if_assigned()
    );
    return null;
end
$$;
do $$
declare
    written text;
begin
    foreach written in array array[
        'insert or update or delete on people_accessgrant', 'insert or update or delete on people_exclusion',
        'insert or update or delete on people_restriction', 'insert or update or delete on people_allowed',
        'insert or update or delete on people_circlemember', 'insert or update or delete on people_membership',
        'update of is_active on people_user', 'update of user_id, merged_into_id on people_participant'
    ] loop
        execute 'create trigger people_again after ' || written || ' for each statement execute function app_people_again()';
    end loop;
end
$$;
revoke all on function app_people_again(), app_people(text, integer, text[]), app_work_out(bigint, bigint), app_bits(bigint[], bigint) from public;
