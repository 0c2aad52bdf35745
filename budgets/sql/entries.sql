-- A transaction without two entries moves nothing, and would use up its key.
create function budgets_has_entries() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if (select count(*) from budgets_entry where transaction_id = new.id) < 2 then
        raise exception 'transaction % has no two entries', new.id using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create constraint trigger has_entries after insert on budgets_transaction deferrable initially deferred
    for each row execute function budgets_has_entries();
