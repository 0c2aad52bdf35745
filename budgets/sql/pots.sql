-- Money comes in by two people: one enters it, another agrees.

-- Money that is set aside has its record, and so has money that is paid, put in, or put right by two people.
create or replace function budgets_has_its_record() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if (case new.kind
        when 'PAY' then not exists (select from budgets_payment p where p.transaction_id = new.id)
        when 'COMMIT' then not exists (select from budgets_commitment c where c.spend_id = new.spend_id)
        else not exists (
            select from budgets_correction c
            where c.posted_id = new.id and c.state = 'DONE' and c.answered_by_id = new.by_id
              and c.asked_by_id <> new.by_id
              and c.kind = case new.kind when 'REVERSE' then 'WRONG' else new.kind end
              and c.amount = (select sum(e.amount) from budgets_entry e where e.transaction_id = new.id and e.amount > 0)
              and (new.kind <> 'REVERSE' or c.wrong_id = new.reverses_id)
              and (new.kind not in ('REFUND', 'WRITE_OFF') or c.spend_id = new.spend_id)
              and (new.kind not in ('WITHDRAW', 'CONTRIBUTE') or c.pot_id = (
                    select max(a.pot_id) from budgets_entry e join budgets_account a on a.id = e.account_id
                    where e.transaction_id = new.id)))
    end) then
        raise exception 'transaction % has no record', new.id using errcode = 'check_violation';
    end if;
    return null;
end
$$;
drop trigger has_its_record on budgets_transaction;
create constraint trigger has_its_record after insert on budgets_transaction deferrable initially deferred
    for each row when (new.kind in ('PAY', 'COMMIT', 'REVERSE', 'REFUND', 'WRITE_OFF', 'WITHDRAW', 'CONTRIBUTE'))
    execute function budgets_has_its_record();

-- On whom and on what money may be spent is said before any of it is there.
create function budgets_terms_come_first() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if exists (select from budgets_account a where a.pot_id = coalesce(new.pot_id, old.pot_id)) then
        raise exception 'the terms of money do not change' using errcode = 'insufficient_privilege';
    end if;
    return coalesce(new, old);
end
$$;
create trigger terms_come_first before insert or update or delete on budgets_pot_areas
    for each row execute function budgets_terms_come_first();
revoke all on function budgets_terms_come_first() from public;
