-- Payments by bank: who may order, enter, check, draft and approve. What the bank answers the service alone writes.

-- A payee as two are compared: without capitals, spaces and signs.
create function budgets_as_compared(said text) returns text language sql immutable as $$
    select upper(regexp_replace(normalize(said, NFKC), '[[:space:][:punct:]]', '', 'g'))
$$;
create function budgets_today() returns date language sql stable as $$
    select (app_now() at time zone 'Europe/London')::date
$$;

-- Bank details are entered by one and checked by another, and end with a reason. They are never changed. Those that take
-- the place of others wait three days; a person's own account stays theirs.
create function budgets_payee_account_goes_its_way() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if app_is_service()
       or tg_op = 'INSERT' and new.state = 'TO_CHECK' and num_nulls(new.checked_by_id, new.ended_by_id) = 2
          and not exists (select from budgets_payeeaccount a
                          where budgets_as_compared(a.payee) = budgets_as_compared(new.payee)
                            and a.participant_id is not null and a.participant_id is distinct from new.participant_id)
       or tg_op = 'UPDATE' and (
            old.state = 'TO_CHECK' and new.state = 'CHECKED' and new.checked_by_id = app_user() and app_is('FINANCE')
            and new.checked_at >= old.asked_at
            and new.usable_from >= (new.checked_at at time zone 'Europe/London')::date + case when exists (
                select from budgets_payeeaccount a where a.id <> new.id and a.checked_at is not null
                  and budgets_as_compared(a.payee) = budgets_as_compared(new.payee)) then 3 else 0 end
            or old.state in ('TO_CHECK', 'CHECKED') and new.state in ('REFUSED', 'ENDED')
            and new.ended_by_id = app_user() and new.usable_from is not distinct from old.usable_from and app_is('FINANCE')) then
        return new;
    end if;
    raise exception 'bank details do not go that way' using errcode = 'insufficient_privilege';
end
$$;
create trigger goes_its_way before insert or update on budgets_payeeaccount
    for each row execute function budgets_payee_account_goes_its_way();

-- Whoever had a part in what an order pays for: who wrote, sent or decided it.
create function budgets_had_a_part(of_commitment bigint, who bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (
        select from budgets_commitment c join budgets_spendrequest s on s.id = c.spend_id
        where c.id = of_commitment and who = any (s.decided_by_panel || array_remove(
            array[s.started_by_id, s.asked_by_id, s.decided_by_id], null)))
$$;

-- A payment is ordered by whoever may pay it: no hand in the request, no interest in the person, and no way in given to
-- them; to whom the money was set aside for. Finance puts it in a run that is not approved yet, to the payee's own checked
-- account, or takes it out again; whoever took the file does not.
create function budgets_order_goes_its_way() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    whose bigint;
begin
    if app_is_service() then
        return new;
    elsif tg_op = 'INSERT' then
        select s.person_id into whose from budgets_commitment c join budgets_spendrequest s on s.id = c.spend_id
            join budgets_budget b on b.id = s.budget_id
            left join providers_referral r on r.id = c.referral_id
            left join providers_service v on v.id = r.service_id left join providers_provider p on p.id = v.provider_id
            where c.id = new.commitment_id and c.closed_at is null and c.on_hold_at is null
              and new.amount <= c.remaining and b.fund_id = new.fund_id
              and (c.way <> 'NOTIONAL'
                   or budgets_as_compared(new.payee) = budgets_as_compared(coalesce(p.name, c.payee)))
            for share of c;
        if whose is not null and new.state = 'READY' and new.ordered_by_id = app_user() and app_is('MANAGER')
           and not budgets_had_a_part(new.commitment_id, app_user())
           and not budgets_has_interest(app_user(), whose)
           and not exists (
               select from people_signinchange i
               where i.participant_id = whose and i.account_id <> app_user()
                 and (i.by_id = app_user() or i.written_by_id = app_user() and i.typed)
                 and greatest(i.at, i.answered_at) >= app_now() - interval '90 days') then
            return new;
        end if;
    elsif old.state = 'READY' and new.state = 'TAKEN_BACK' and app_is('MANAGER') then
        return new;
    elsif old.state = 'READY' and new.state = 'IN_RUN' and app_is('FINANCE') then
        perform from budgets_payrun r where r.id = new.run_id and r.state = 'TO_APPROVE'
            and r.drafted_by_id = app_user() for share;
        if found and new.ordered_by_id <> app_user() and not budgets_had_a_part(new.commitment_id, app_user())
           and exists (select from budgets_payeeaccount a where a.id = new.account_id and a.state = 'CHECKED'
                       and a.usable_from <= budgets_today()
                       and budgets_as_compared(a.payee) = budgets_as_compared(new.payee)) then
            return new;
        end if;
    elsif old.state = 'IN_RUN' and new.state = 'READY' and app_is('FINANCE') then
        perform from budgets_payrun r where r.id = old.run_id and r.sent_by_id is distinct from app_user()
            and r.state in ('TO_APPROVE', 'APPROVED', 'SENT') for share;
        if found then
            return new;
        end if;
    end if;
    raise exception 'a payment does not go that way' using errcode = 'insufficient_privilege';
end
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
            and not exists (
                select from budgets_payorder o where o.run_id = new.id
                  and (o.ordered_by_id = app_user() or budgets_had_a_part(o.commitment_id, app_user())))
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

-- An invoice is paid or ordered once: not by hand while it is on its way, nor by bank once it is paid.
create function budgets_invoice_is_settled_once() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if tg_table_name = 'budgets_payment' and exists (
        select from budgets_payorder o where o.state in ('READY', 'IN_RUN') and o.commitment_id <> new.commitment_id
          and budgets_as_compared(o.payee) = budgets_as_compared(new.payee)
          and budgets_as_compared(o.invoice) = budgets_as_compared(new.invoice)) then
        raise exception 'this invoice is on its way by bank' using errcode = 'check_violation',
            constraint = 'an_invoice_is_paid_once';
    elsif tg_table_name = 'budgets_payorder' and exists (
        select from budgets_payment p where p.reversed_at is null
          and budgets_as_compared(p.payee) = budgets_as_compared(new.payee)
          and budgets_as_compared(p.invoice) = budgets_as_compared(new.invoice)) then
        raise exception 'this invoice was paid' using errcode = 'check_violation',
            constraint = 'an_invoice_is_ordered_once';
    end if;
    return null;
end
$$;
create trigger invoice_is_settled_once after insert on budgets_payment
    for each row when (new.invoice <> '') execute function budgets_invoice_is_settled_once();
create trigger invoice_is_settled_once after insert on budgets_payorder
    for each row when (new.invoice <> '') execute function budgets_invoice_is_settled_once();

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
revoke all on function budgets_had_a_part(bigint, bigint), budgets_payee_account_goes_its_way(),
    budgets_order_goes_its_way(), budgets_run_goes_its_way(), budgets_nothing_beside_an_order(),
    budgets_invoice_is_settled_once(), budgets_entry_is_noted() from public;
