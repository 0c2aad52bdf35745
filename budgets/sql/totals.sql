-- Adds up what each pot's accounts of each kind hold, for the night. Whoever posts ends first, so that every entry up to
-- `last_entry` is counted, and none that comes later has a lower number.
create function budgets_add_up() returns void language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if app_is_service() is not true then
        raise exception 'the service adds up' using errcode = 'insufficient_privilege';
    end if;
    lock table budgets_entry in share mode;
    delete from budgets_pottotal;
    insert into budgets_pottotal (pot_id, kind, balance, last_entry)
        select pot_id, kind, sum(balance), (select coalesce(max(id), 0) from budgets_entry)
        from budgets_account where kind <> 'WORLD' group by 1, 2;
end
$$;
revoke all on function budgets_add_up() from public;
grant execute on function budgets_add_up() to rehab_web, rehab_worker, rehab_service;
