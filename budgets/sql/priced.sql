-- Whoever found the price has a hand in it, as before (panels.sql, looking.sql).
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
                   where s.id = paid_for and s.state = 'APPROVED' and s.decided_at is not null
                     and not payer = any (s.decided_by_panel || array_remove(
                         array[s.started_by_id, s.asked_by_id, s.decided_by_id, s.found_by_id], null))) then
        perform budgets_refuse_two_hands();
    end if;
    return null;
end
$$;
create or replace function budgets_decider_is_a_second() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if new.decided_by_id in (new.started_by_id, new.asked_by_id, new.found_by_id)
       or exists (select from budgets_spendrequest s where s.id = new.appeals_id and (
                  s.decided_by_id = new.decided_by_id or new.decided_by_id = any (s.decided_by_panel)
                  or s.decided_by_id = any (new.decided_by_panel) or s.decided_by_panel && new.decided_by_panel))
       or exists (select from budgets_transaction t where t.spend_id = new.id and t.kind = 'PAY'
                  and t.by_id in (new.started_by_id, new.asked_by_id, new.decided_by_id)) then
        perform budgets_refuse_two_hands();
    end if;
    return null;
end
$$;
create or replace function budgets_spot_check_by_another() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if exists (
        select from budgets_payment p join budgets_commitment c on c.id = p.commitment_id
        join budgets_spendrequest s on s.id = c.spend_id
        where p.id = new.payment_id and array[new.looked_by_id, new.settled_by_id] && (
            s.decided_by_panel || array[s.started_by_id, s.asked_by_id, s.decided_by_id, s.found_by_id, p.recorded_by_id])) then
        perform budgets_refuse_two_hands();
    end if;
    return null;
end
$$;

-- An invoice goes its way, as before (invoices.sql): a credit note is for no more than its invoice, and nothing is billed
-- for money that has gone back.
create or replace function budgets_invoice_goes_its_way() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    changed text[];
begin
    if tg_op = 'INSERT' then
        if new.credits_id is not null and not exists (
            select from budgets_invoice i
            where i.id = new.credits_id and i.commitment_id = new.commitment_id and i.credits_id is null
              and new.amount <= i.amount - (
                  select coalesce(sum(n.amount), 0) from budgets_invoice n where n.credits_id = i.id and n.refused_at is null)) then
            raise exception 'a credit note is for an invoice of the same thing, and for no more' using errcode = 'check_violation';
        end if;
        if new.credits_id is null and exists (
            select from budgets_commitment c where c.id = new.commitment_id and c.closed_at is not null) then
            raise exception 'this was paid or given back' using errcode = 'check_violation';
        end if;
        if current_user not in ('rehab_web', 'rehab_worker') or new.refused_at is null and not new.by_provider then
            return new;
        end if;
        raise exception 'an invoice does not begin so' using errcode = 'insufficient_privilege';
    end if;
    changed := array(
        select after.key from jsonb_each(to_jsonb(new)) after where after.value is distinct from to_jsonb(old) -> after.key
    );
    if current_user not in ('rehab_web', 'rehab_worker') or changed = '{}'
       or old.refused_at is null and changed <@ array['refused_why', 'refused_by_id', 'refused_at'] then
        return new;
    end if;
    raise exception 'an invoice does not go that way' using errcode = 'insufficient_privilege';
end
$$;
