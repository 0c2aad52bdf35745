-- Answers in part, and answers that the programme's rules give.

-- The rules of a budget's money that count now; for what the service writes, at that moment.
create function budgets_rules_in_force(of_budget bigint, moment timestamptz) returns budgets_moneyrules language sql stable security definer
set search_path = public, pg_temp as $$
    select r from budgets_moneyrules r
    join people_enrolment e on e.programme_id = r.programme_id join budgets_budget b on b.enrolment_id = e.id
    where b.id = of_budget and r.starts_on <= (
        case when app_is_service() then moment else app_now() end at time zone 'Europe/London')::date
    order by r.starts_on desc, r.id desc limit 1
$$;

-- A request goes its way, as before. A manager says how much of it is a yes, and one sentence that anyone may read.
create or replace function budgets_request_goes_its_way() returns trigger language plpgsql
set search_path = public, pg_temp as $$
declare
    changed text[];
begin
    if current_user not in ('rehab_web', 'rehab_worker') then
        return new;
    end if;
    if tg_op = 'INSERT' then
        if new.state not in ('DRAFT', 'ASKED') or new.decided_by_id is not null or new.decided_by_rule_id is not null
           or new.not_prohibited or new.checked <> '[]' or new.granted is not null or new.public_sentence <> '' then
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
        if new.state in ('DRAFT', 'ASKED') and not changed && array[
               'budget_id', 'started_by_id', 'decided_by_id', 'decided_by_rule_id', 'reason', 'not_prohibited', 'checked',
               'granted', 'public_sentence'] then
            return new;
        end if;
    elsif old.state = 'ASKED' and new.state = 'WITHDRAWN' then
        if changed <@ array['state'] then
            return new;
        end if;
    elsif old.state = 'ASKED' and new.state in ('APPROVED', 'REFUSED') then
        if changed <@ array['state', 'reason', 'decided_by_id', 'decided_at', 'not_prohibited', 'checked', 'granted',
                            'public_sentence']
           and old.waits_for_id is null and new.public_sentence <> ''
           and new.decided_by_id is not distinct from app_user() and app_is('MANAGER')
           and app_has(app_may_change(), old.person_id) then
            return new;
        end if;
    end if;
    raise exception 'a request does not go that way' using errcode = 'insufficient_privilege';
end
$$;

-- A rule says yes to no more than it says, within 30 days, for one person: those of this day, whoever writes it.
create function budgets_rule_allows() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    rules budgets_moneyrules := budgets_rules_in_force(new.budget_id, new.decided_at);
    whose bigint;
    most bigint;
begin
    perform pg_advisory_xact_lock(hashtextextended('rule allows', new.person_id));  -- two at once see each other's sum
    select p.user_id into whose from people_participant p where p.id = new.person_id;
    if new.asked_by_id is not distinct from whose then
        select o.pence into most
            from budgets_ownlimit o where o.budget_id = new.budget_id order by o.since desc, o.id desc limit 1;
        most := least(coalesce(most, rules.own_limits[1]), coalesce((select max(step) from unnest(rules.own_limits) step), 0));
    else
        most := rules.worker_limit;
    end if;
    if rules.id is distinct from new.decided_by_rule_id or most is null or new.amount > rules.manager_limit or most < (
        select sum(s.granted) from budgets_spendrequest s
        where s.person_id = new.person_id and s.decided_by_rule_id is not null
          and s.decided_at > new.decided_at - interval '30 days')
    then
        raise exception 'the rules of this money do not allow that' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger rule_allows after insert or update of decided_by_rule_id, granted on budgets_spendrequest
    for each row when (new.decided_by_rule_id is not null) execute function budgets_rule_allows();

-- One manager says yes or no up to the sum that the rules name.
create function budgets_manager_may_decide() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if new.amount > (budgets_rules_in_force(new.budget_id, new.decided_at)).manager_limit then
        raise exception 'a panel decides above this sum' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger manager_may_decide after update of decided_by_id on budgets_spendrequest
    for each row when (new.decided_by_id is not null) execute function budgets_manager_may_decide();

-- What is set aside is what was granted, as before.
create or replace function budgets_set_aside_as_approved() returns trigger language plpgsql
set search_path = public, pg_temp as $$
begin
    if current_user not in ('rehab_web', 'rehab_worker') then
        return new;
    end if;
    if tg_op = 'UPDATE' then
        if old.closed_at is not null then
            raise exception 'this was paid or given back' using errcode = 'insufficient_privilege';
        end if;
    elsif not exists (select from budgets_spendrequest s where s.id = new.spend_id and s.state = 'APPROVED'
                      and s.granted = new.amount and s.decided_by_id = app_user()) then
        raise exception 'only what was approved is set aside' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
create or replace function budgets_sum_was_approved() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    select coalesce(sum(s.pence), 0) into new.remaining
        from budgets_of_spend(new.spend_id) s join budgets_account a on a.id = s.account_id where a.kind = 'COMMITMENT';
    if new.remaining <> new.amount
       or new.amount is distinct from (select s.granted from budgets_spendrequest s where s.id = new.spend_id) then
        raise exception 'only what was approved is moved' using errcode = 'check_violation';
    end if;
    return new;
end
$$;

-- Nothing is paid that nobody decided: a person or a rule did.
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
                     and not payer = any (array_remove(array[s.started_by_id, s.asked_by_id, s.decided_by_id], null))) then
        perform budgets_refuse_two_hands();
    end if;
    return null;
end
$$;
revoke all on function budgets_rules_in_force(bigint, timestamptz), budgets_rule_allows(), budgets_manager_may_decide() from public;
