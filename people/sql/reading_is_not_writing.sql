-- Until now one rule said who may see a row and who may write it. From here on it is for reading; each app's next
-- migration says who may write (common/postgres/writing.py), and what is not said is false.
do $$
declare
    old record;
begin
    for old in select tablename, qual from pg_policies where policyname = 'seen' and cmd = 'ALL' loop
        execute format('drop policy seen on %I', old.tablename);
        execute format('create policy seen on %I for select to rehab_web, rehab_worker using (%s)', old.tablename, old.qual);
    end loop;
end
$$;

-- What the access grants give, before exclusions and restrictions: the level, and whether it lets the user change the
-- record. Emergency access and one's own record do not.
drop function app_granted_levels();
create function app_granted_levels() returns table (id bigint, level integer, to_change boolean)
language sql stable security definer set search_path = public, pg_temp as $$
    select participant_id, max(level)::integer, bool_or(level >= 3 and why not in ('BREAK_GLASS', 'SELF')) from (
        select s.participant_id, s.level, s.why, s.starts_at, s.ends_at from people_accessgrant s
        where s.user_id = (select u.id from people_user u where u.id = app_user() and u.is_active)
        union all
        select s.participant_id, s.level, s.why, s.starts_at, s.ends_at from people_accessgrant s
        where s.team_id = any ((select app_teams())::bigint[])
    ) theirs
    where starts_at <= (select app_now()) + interval '5 seconds' and (ends_at is null or ends_at > (select app_now()))
    group by 1
$$;

-- Whose record the acting user may change. `app_sees` works it out, and keeps it with the rest of the turn.
create function app_changes() returns bigint[] language plpgsql stable security definer
set search_path = public, pg_temp as $$
declare
    turn app_turn;
    kept text;
begin
    select * into turn from app_turn where xid = pg_current_xact_id_if_assigned() order by seq desc limit 1;
    if turn.user_id is null then
        return '{}';
    end if;
    kept := app_kept(turn, 'app.changes');
    if kept is null then
        perform app_sees(3);
        kept := app_kept(turn, 'app.changes');
    end if;
    return kept::bigint[];
end
$$;
