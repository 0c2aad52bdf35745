-- Payments by bank: who may order, enter, check, draft and approve. What the bank answers the service alone writes.

-- Bank details are entered by one and checked by another, and end with a reason. They are never changed.
create function budgets_payee_account_goes_its_way() returns trigger language plpgsql
set search_path = public, pg_temp as $$
begin
    if current_user not in ('rehab_web', 'rehab_worker')
       or tg_op = 'INSERT' and new.state = 'TO_CHECK' and num_nulls(new.checked_by_id, new.ended_by_id) = 2
       or tg_op = 'UPDATE' and (
            old.state = 'TO_CHECK' and new.state = 'CHECKED' and new.checked_by_id = app_user() and app_is('FINANCE')
            or old.state in ('TO_CHECK', 'CHECKED') and new.state in ('REFUSED', 'ENDED') and new.ended_by_id = app_user()
            and new.usable_from is not distinct from old.usable_from and app_is('FINANCE')) then
        return new;
    end if;
    raise exception 'bank details do not go that way' using errcode = 'insufficient_privilege';
end
$$;
create trigger goes_its_way before insert or update on budgets_payeeaccount
    for each row execute function budgets_payee_account_goes_its_way();

-- A payment is ordered by whoever may pay it: no hand in the request, and no interest in the person. Finance puts it in a
-- run that is not approved yet, to the payee's own checked account, or takes it out again.
create function budgets_order_goes_its_way() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if app_is_service() then
        return new;
    elsif tg_op = 'INSERT' then
        if new.state = 'READY' and new.ordered_by_id = app_user() and app_is('MANAGER') and exists (
            select from budgets_commitment c join budgets_spendrequest s on s.id = c.spend_id
            join budgets_budget b on b.id = s.budget_id
            where c.id = new.commitment_id and c.closed_at is null and new.amount <= c.remaining
              and b.fund_id = new.fund_id and not app_user() = any (s.decided_by_panel || array_remove(
                  array[s.started_by_id, s.asked_by_id, s.decided_by_id], null))
              and not budgets_has_interest(app_user(), s.person_id)) then
            return new;
        end if;
    elsif old.state = 'READY' and new.state = 'TAKEN_BACK' and app_is('MANAGER') then
        return new;
    elsif old.state = 'READY' and new.state = 'IN_RUN' and app_is('FINANCE') then
        if exists (select from budgets_payrun r where r.id = new.run_id and r.state = 'TO_APPROVE'
                   and r.drafted_by_id = app_user())
           and exists (select from budgets_payeeaccount a where a.id = new.account_id and a.state = 'CHECKED'
                       and a.usable_from <= (app_now() at time zone 'Europe/London')::date
                       and budgets_as_compared(a.payee) = budgets_as_compared(new.payee)) then
            return new;
        end if;
    elsif old.state = 'IN_RUN' and new.state = 'READY' and app_is('FINANCE') then
        return new;
    end if;
    raise exception 'a payment does not go that way' using errcode = 'insufficient_privilege';
end
$$;
create function budgets_as_compared(said text) returns text language sql immutable as $$
    select upper(regexp_replace(normalize(said, NFKC), '[[:space:][:punct:]]', '', 'g'))
$$;
create trigger goes_its_way before insert or update on budgets_payorder
    for each row execute function budgets_order_goes_its_way();

-- A run is drafted by one, approved by another who ordered none of it, and taken to the bank once it is approved.
create function budgets_run_goes_its_way() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if app_is_service()
       or tg_op = 'INSERT' and new.state = 'TO_APPROVE' and new.drafted_by_id = app_user()
          and num_nulls(new.approved_by_id, new.sent_by_id, new.cancelled_by_id) = 3
       or tg_op = 'UPDATE' and (
            old.state = 'TO_APPROVE' and new.state = 'APPROVED' and new.approved_by_id = app_user()
            and not exists (select from budgets_payorder o where o.run_id = new.id and o.ordered_by_id = app_user())
            or old.state = 'APPROVED' and new.state = 'SENT' and new.sent_by_id = app_user()
            or old.state in ('TO_APPROVE', 'APPROVED', 'SENT') and new.state = 'CANCELLED'
            and new.cancelled_by_id = app_user() and new.cancelled_by_id is distinct from old.sent_by_id
            and not exists (select from budgets_payorder o where o.run_id = new.id)) then
        return new;
    end if;
    raise exception 'a pay run does not go that way' using errcode = 'insufficient_privilege';
end
$$;
create trigger goes_its_way before insert or update on budgets_payrun
    for each row execute function budgets_run_goes_its_way();

-- While a payment by bank is on its way, nothing else is done with the money that it is of.
create function budgets_nothing_beside_an_order() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if not app_is_service() and exists (
        select from budgets_payorder o join budgets_commitment c on c.id = o.commitment_id
        where c.spend_id = new.spend_id and o.state in ('READY', 'IN_RUN')) then
        raise exception 'a payment of this money is on its way' using errcode = 'check_violation',
            constraint = 'nothing_beside_an_order';
    end if;
    return null;
end
$$;
create trigger nothing_beside_an_order after insert on budgets_transaction
    for each row when (new.kind in ('PAY', 'RELEASE')) execute function budgets_nothing_beside_an_order();

-- What the bank paid is recorded, whatever was said since by whoever had ordered it; at that moment they were asked.
drop trigger payer_has_no_interest on budgets_payment;
create trigger payer_has_no_interest after insert on budgets_payment for each row
    when (current_user in ('rehab_web', 'rehab_worker')) execute function budgets_decider_has_no_interest();

-- An entry of the bank stays as it was read; finance says what one is that nobody knew.
create function budgets_entry_is_noted() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if current_user in ('rehab_web', 'rehab_worker') and (
        tg_op = 'INSERT' and (new.outcome not in ('OPEN', 'PAID', 'RETURNED') or new.noted_by_id is not null)
        or tg_op = 'UPDATE' and (old.outcome not in ('OPEN', 'NOTED') or new.outcome <> 'NOTED')) then
        raise exception 'a line of the bank does not go that way' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
create trigger goes_its_way before insert or update on budgets_bankentry
    for each row execute function budgets_entry_is_noted();
revoke all on function budgets_payee_account_goes_its_way(), budgets_order_goes_its_way(), budgets_run_goes_its_way(),
    budgets_nothing_beside_an_order(), budgets_entry_is_noted() from public;
