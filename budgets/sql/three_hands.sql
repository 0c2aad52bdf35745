-- Who asks for money, who decides and who pays are three people. Each pair is checked when the later one is written.
create function budgets_refuse_two_hands() returns void language plpgsql as $$
begin
    raise exception 'who asks, who decides and who pays are three people'
        using errcode = 'check_violation', constraint = 'who_asks_decides_and_pays_are_three';
end
$$;
revoke all on function budgets_refuse_two_hands() from public;

create function budgets_payer_is_a_third() returns trigger language plpgsql security definer
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
    if exists (select from budgets_spendrequest s
               where s.id = paid_for and payer in (s.started_by_id, s.asked_by_id, s.decided_by_id)) then
        perform budgets_refuse_two_hands();
    end if;
    return null;
end
$$;
create function budgets_decider_is_a_second() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if new.decided_by_id in (new.started_by_id, new.asked_by_id)
       or exists (select from budgets_transaction t where t.spend_id = new.id and t.kind = 'PAY'
                  and t.by_id in (new.started_by_id, new.asked_by_id, new.decided_by_id)) then
        perform budgets_refuse_two_hands();
    end if;
    return null;
end
$$;
create trigger payer_is_a_third after insert on budgets_transaction
    for each row when (new.kind = 'PAY') execute function budgets_payer_is_a_third();
create trigger payer_is_a_third after insert or update of commitment_id, recorded_by_id on budgets_payment
    for each row execute function budgets_payer_is_a_third();
create trigger decider_is_a_second after update of started_by_id, asked_by_id, decided_by_id on budgets_spendrequest
    for each row execute function budgets_decider_is_a_second();
