-- A payment is looked at by a colleague who had no part in it; money is paid back where two people agree.

create function budgets_spot_check_goes_its_way() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    changed text[];
begin
    if current_user not in ('rehab_web', 'rehab_worker') then
        return new;
    end if;
    changed := array(
        select after.key from jsonb_each(to_jsonb(new)) after where after.value is distinct from to_jsonb(old) -> after.key
    );
    if changed = '{}'
       or old.state = 'OPEN' and new.state in ('WELL', 'WRONG') and changed <@ array['state', 'found', 'looked_by_id', 'looked_at']
       or old.state = 'WRONG' and new.state = 'SETTLED'
          and changed <@ array['state', 'settled', 'settled_by_id', 'settled_at'] then
        return new;
    end if;
    raise exception 'a spot check does not go that way' using errcode = 'insufficient_privilege';
end
$$;
create trigger goes_its_way before update on budgets_spotcheck
    for each row execute function budgets_spot_check_goes_its_way();

create function budgets_spot_check_by_another() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if exists (
        select from budgets_payment p join budgets_commitment c on c.id = p.commitment_id
        join budgets_spendrequest s on s.id = c.spend_id
        where p.id = new.payment_id and array[new.looked_by_id, new.settled_by_id] && (
            s.decided_by_panel || array[s.started_by_id, s.asked_by_id, s.decided_by_id, p.recorded_by_id])) then
        perform budgets_refuse_two_hands();
    end if;
    return null;
end
$$;
create trigger by_another after update of looked_by_id, settled_by_id on budgets_spotcheck
    for each row execute function budgets_spot_check_by_another();

create function budgets_recovery_goes_its_way() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    changed text[];
begin
    if current_user not in ('rehab_web', 'rehab_worker') then
        return new;
    end if;
    if tg_op = 'INSERT' then
        if new.state = 'PROPOSED' then
            return new;
        end if;
        raise exception 'a recovery begins without an answer' using errcode = 'insufficient_privilege';
    end if;
    changed := array(
        select after.key from jsonb_each(to_jsonb(new)) after where after.value is distinct from to_jsonb(old) -> after.key
    );
    if changed = '{}'
       or old.state = 'PROPOSED' and new.state in ('RUNNING', 'REFUSED')
          and changed <@ array['state', 'answer', 'answered_by_id', 'answered_at']
       or old.state in ('PROPOSED', 'RUNNING') and new.state = 'STOPPED'
          and changed <@ array['state', 'ended_why', 'ended_by_id', 'ended_at'] then
        return new;
    end if;
    raise exception 'a recovery does not go that way' using errcode = 'insufficient_privilege';
end
$$;
create trigger goes_its_way before insert or update on budgets_recovery
    for each row execute function budgets_recovery_goes_its_way();
revoke all on function budgets_spot_check_goes_its_way(), budgets_spot_check_by_another(),
    budgets_recovery_goes_its_way() from public;
