-- A request goes its way: it is asked, then decided by a manager who sees the person, and stays as it was decided.
create function budgets_request_goes_its_way() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    changed text[];
begin
    if current_user not in ('rehab_web', 'rehab_worker') then
        return new;
    end if;
    if tg_op = 'INSERT' then
        if new.state not in ('DRAFT', 'ASKED') or new.decided_by_id is not null then
            raise exception 'a request begins without an answer' using errcode = 'insufficient_privilege';
        end if;
        return new;
    end if;
    changed := array(
        select after.key from jsonb_each(to_jsonb(new)) after where after.value is distinct from to_jsonb(old) -> after.key
    );
    if changed = '{}' then
        return new;
    elsif old.state = 'DRAFT' then
        if new.state in ('DRAFT', 'ASKED') and not changed && array['budget_id', 'started_by_id', 'decided_by_id', 'reason']
        then
            return new;
        end if;
    elsif old.state = 'ASKED' and new.state = 'WITHDRAWN' then
        if changed <@ array['state'] then
            return new;
        end if;
    elsif old.state = 'ASKED' and new.state in ('APPROVED', 'REFUSED') then
        if changed <@ array['state', 'reason', 'decided_by_id', 'decided_at'] and old.waits_for_id is null
           and new.decided_by_id is not distinct from app_user() and app_is('MANAGER')
           and old.person_id = any (app_changes()) then
            return new;
        end if;
    end if;
    raise exception 'a request does not go that way' using errcode = 'insufficient_privilege';
end
$$;
create trigger goes_its_way before insert or update on budgets_spendrequest
    for each row execute function budgets_request_goes_its_way();
drop trigger decider_is_a_second on budgets_spendrequest;
create trigger decider_is_a_second after insert or update of started_by_id, asked_by_id, decided_by_id
    on budgets_spendrequest for each row execute function budgets_decider_is_a_second();

-- What is set aside is what was approved, by whoever approved it; once closed it stays so.
create function budgets_set_aside_as_approved() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if current_user not in ('rehab_web', 'rehab_worker') then
        return new;
    end if;
    if tg_op = 'UPDATE' then
        if old.closed_at is not null then
            raise exception 'this was paid or given back' using errcode = 'insufficient_privilege';
        end if;
    elsif not exists (select from budgets_spendrequest s where s.id = new.spend_id and s.state = 'APPROVED'
                      and s.amount = new.amount and s.decided_by_id = app_user()) then
        raise exception 'only what was approved is set aside' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
create trigger as_approved before insert or update on budgets_commitment
    for each row execute function budgets_set_aside_as_approved();
revoke all on function budgets_request_goes_its_way(), budgets_set_aside_as_approved() from public;

-- Nothing is paid that nobody decided.
create or replace function budgets_payer_is_a_third() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    payer bigint;
    paid_for bigint;
begin
    if tg_table_name = 'budgets_transaction' then
        payer := new.by_id;
        paid_for := new.spend_id;
    else
        payer := new.recorded_by_id;
        select c.spend_id into paid_for from budgets_commitment c where c.id = new.commitment_id;
    end if;
    if not exists (select from budgets_spendrequest s
                   where s.id = paid_for and s.state = 'APPROVED' and s.decided_by_id is not null
                     and payer not in (s.started_by_id, s.asked_by_id, s.decided_by_id)) then
        perform budgets_refuse_two_hands();
    end if;
    return null;
end
$$;

-- The ledger moves the money of approved requests alone, and sets aside once.
create function budgets_move_was_approved() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if not exists (select from budgets_spendrequest s where s.id = new.spend_id and s.state = 'APPROVED')
       or new.kind = 'COMMIT' and exists (
            select from budgets_transaction t where t.spend_id = new.spend_id and t.kind = 'COMMIT' and t.id <> new.id)
    then
        raise exception 'only what was approved is moved' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger move_was_approved after insert on budgets_transaction
    for each row when (new.spend_id is not null) execute function budgets_move_was_approved();

-- What is set aside is the sum that was approved.
create function budgets_sum_was_approved() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if exists (
        select from budgets_transaction t join budgets_spendrequest s on s.id = t.spend_id
        where t.id = new.transaction_id and t.kind = 'COMMIT' and s.amount is distinct from (
            select sum(e.amount) from budgets_entry e where e.transaction_id = t.id and e.amount > 0))
    then
        raise exception 'only what was approved is moved' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create constraint trigger sum_was_approved after insert on budgets_entry deferrable initially deferred
    for each row when (new.amount > 0) execute function budgets_sum_was_approved();
revoke all on function budgets_move_was_approved(), budgets_sum_was_approved() from public;
