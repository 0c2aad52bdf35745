-- Questions about requests, and answers that someone else is asked to look at again.

-- Whoever decides asks; who did not ask answers, once. What the person answers on their own pages the service writes.
create function budgets_question_goes_its_way() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if current_user in ('rehab_web', 'rehab_worker') and (
        tg_op = 'INSERT' and new.answered_at is not null
        or tg_op = 'UPDATE' and (old.answered_at is not null or new.answered_by_id = old.asked_by_id)
    ) then
        raise exception 'a question does not go that way' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
create trigger goes_its_way before insert or update on budgets_question
    for each row execute function budgets_question_goes_its_way();

-- Someone is asked to look again at an answer once: for the same person, and for no more than was not granted.
create function budgets_appeal_is_of_an_answer() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if not exists (
        select from budgets_spendrequest s where s.id = new.appeals_id and s.budget_id = new.budget_id
          and s.appeals_id is null and s.state in ('APPROVED', 'REFUSED')
          and new.amount <= s.amount - coalesce(s.granted, 0))
    then
        raise exception 'that answer is not looked at again' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger appeal_is_of_an_answer after insert or update of appeals_id, amount on budgets_spendrequest
    for each row when (new.appeals_id is not null) execute function budgets_appeal_is_of_an_answer();

-- Who gave the first answer gives no second one.
create or replace function budgets_decider_is_a_second() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if new.decided_by_id in (new.started_by_id, new.asked_by_id)
       or exists (select from budgets_spendrequest s where s.id = new.appeals_id and s.decided_by_id = new.decided_by_id)
       or exists (select from budgets_transaction t where t.spend_id = new.id and t.kind = 'PAY'
                  and t.by_id in (new.started_by_id, new.asked_by_id, new.decided_by_id)) then
        perform budgets_refuse_two_hands();
    end if;
    return null;
end
$$;
revoke all on function budgets_question_goes_its_way(), budgets_appeal_is_of_an_answer() from public;
