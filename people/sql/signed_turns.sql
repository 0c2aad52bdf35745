-- Who acts is said in signed words, once each. The web's login cannot make them up: the key is not in the database
-- where it can read it, and what was said before is refused. So whoever gets a statement of theirs into a page
-- (SQL injection) is the user of that page for that transaction, and nobody else.

-- One row for each time that someone's turn began in a transaction. Nobody but the functions below reads or writes it.
create unlogged table app_turn (
    nonce uuid primary key,
    xid xid8 not null,
    seq bigint generated always as identity,
    user_id bigint,
    role_id bigint,
    is_service boolean not null,
    secret uuid not null default gen_random_uuid(),
    began_at timestamptz not null default clock_timestamp()
);
create index app_turn_of_transaction on app_turn (xid, seq desc);

-- The keys, as the two blocks that HMAC-SHA256 begins with. The newest two count (common/postgres/turns.py).
create table app_turn_key (
    inner_block bytea primary key,
    outer_block bytea not null,
    added_at timestamptz not null default now()
);
revoke all on app_turn, app_turn_key from rehab_web, rehab_worker, rehab_service;

-- Begins a turn. `said` is user|role|service|expires|nonce; the moment it expires is in seconds since 1970 (UTC).
create function app_begin(said text, signature text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    parts text[] := string_to_array(said, '|');
    began integer;
begin
    if not exists (
        select from (select * from app_turn_key order by added_at desc limit 2) k
        where sha256(k.outer_block || sha256(k.inner_block || convert_to(said, 'UTF8'))) = decode(signature, 'hex')
    ) then
        raise exception 'nobody we know signed who acts' using errcode = 'insufficient_privilege',
            hint = 'Where the secret key is a new one, run migrate.';
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
    if random() < 0.001 then  -- now and then, what can no longer be said again is thrown away
        delete from app_turn where ctid = any (array(
            select ctid from app_turn where began_at < clock_timestamp() - interval '10 minutes'
              and xid < pg_snapshot_xmin(pg_current_snapshot()) for update skip locked
        ));
    end if;
end
$$;

create or replace function app_user() returns bigint language sql stable security definer
set search_path = public, pg_temp as $$
    select user_id from app_turn where xid = pg_current_xact_id_if_assigned() order by seq desc limit 1
$$;

create or replace function app_role() returns bigint language sql stable security definer
set search_path = public, pg_temp as $$
    select role_id from app_turn where xid = pg_current_xact_id_if_assigned() order by seq desc limit 1
$$;

-- Whether the service itself acts. Every policy of rehab_service asks.
create function app_is_service() returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select coalesce((
        select is_service from app_turn where xid = pg_current_xact_id_if_assigned() order by seq desc limit 1
    ), false)
$$;

-- The moment. `app.now` counts only where the owner made the mark of a database that tests use.
create or replace function app_now() returns timestamptz language sql stable
set search_path = public, pg_temp as $$
    select case when to_regclass('public.app_tests_set_the_clock') is null then clock_timestamp()
        else coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp()) end
$$;

-- The service's policies let it work on everyone, in a turn that is signed as its own.
do $$
declare
    name record;
begin
    for name in select tablename, policyname from pg_policies where roles = '{rehab_service}' loop
        execute format(
            'alter policy %I on %I using ((select app_is_service())) with check ((select app_is_service()))',
            name.policyname, name.tablename
        );
    end loop;
end
$$;
