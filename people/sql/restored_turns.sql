-- A turn counts in the database server that it was said to. This file may be run again.

-- Begins a turn. `said` is user|role|service|expires|nonce; the moment it expires is in seconds since 1970 (UTC).
create or replace function app_begin(said text, signature text) returns void
language plpgsql security definer set search_path = public, pg_temp set debug_print_plan = off
set debug_print_parse = off set debug_print_rewritten = off as $$
declare
    parts text[] := string_to_array(said, '|');
    began integer;
    latest xid8;
begin
    if not exists (
        select from (select * from app_turn_key order by added_at desc limit 2) k
        where sha256(k.outer_block || sha256(k.inner_block || convert_to(said, 'UTF8'))) = decode(signature, 'hex')
    ) then
        raise exception 'nobody we know signed who acts' using errcode = 'insufficient_privilege',
            hint = 'Where the secret key is a new one, or the database was restored, run migrate.';
    end if;
    if to_timestamp(parts[4]::double precision) not between clock_timestamp() and clock_timestamp() + interval '2 minutes'
    then
        raise exception 'who acts was signed too long ago' using errcode = 'insufficient_privilege';
    end if;
    insert into app_turn (nonce, xid, user_id, role_id, is_service) values (
        parts[5]::uuid, pg_current_xact_id(), nullif(parts[1], '')::bigint, nullif(parts[2], '')::bigint, parts[3] = 'yes'
    ) on conflict do nothing;
    get diagnostics began = row_count;
    if began = 0 then
        raise exception 'who acts was said before in these words' using errcode = 'insufficient_privilege';
    end if;
    -- Turns of transactions that have not begun came with a backup of another server, and would be theirs once they do.
    select xid into latest from app_turn where xid > pg_current_xact_id() order by xid desc limit 1;
    if latest >= pg_snapshot_xmax(pg_current_snapshot()) then
        delete from app_turn where xid >= pg_snapshot_xmax(pg_current_snapshot()) and xid <> pg_current_xact_id();
    end if;
    if random() < 0.001 then  -- now and then, what can no longer be said again is thrown away
        delete from app_turn where ctid = any (array(
            select ctid from app_turn where began_at < clock_timestamp() - interval '10 minutes'
              and xid < pg_snapshot_xmin(pg_current_snapshot()) for update skip locked
        ));
    end if;
end
$$;
