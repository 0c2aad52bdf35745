-- Nobody decides or pays for someone whom they know outside work. They said so, or are in the person's circle.
create function budgets_has_interest(who bigint, whom bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (select from budgets_interest i where i.user_id = who and i.participant_id = whom and i.ended_at is null)
        or exists (select from people_circlemember c where c.user_id = who and c.participant_id = whom
                   and (c.ends_on is null or c.ends_on >= current_date))
$$;
revoke all on function budgets_has_interest(bigint, bigint) from public;

create function budgets_decider_has_no_interest() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    who bigint;
    whom bigint;
begin
    if tg_table_name = 'budgets_payment' then
        who := new.recorded_by_id;
        select s.person_id into whom from budgets_commitment c join budgets_spendrequest s on s.id = c.spend_id
        where c.id = new.commitment_id;
    else
        who := new.decided_by_id;
        select b.person_id into whom from budgets_budget b where b.id = new.budget_id;
    end if;
    if budgets_has_interest(who, whom) then
        raise exception 'whoever knows the person outside work does not decide about their money'
            using errcode = 'check_violation', constraint = 'no_interest_in_whom_one_decides_about';
    end if;
    return null;
end
$$;
revoke all on function budgets_decider_has_no_interest() from public;
create trigger decider_has_no_interest after update of decided_by_id on budgets_spendrequest
    for each row when (new.decided_by_id is not null) execute function budgets_decider_has_no_interest();
create trigger decider_has_no_interest after update of decided_by_id on budgets_wayagreement
    for each row when (new.decided_by_id is not null) execute function budgets_decider_has_no_interest();
create trigger payer_has_no_interest after insert on budgets_payment
    for each row execute function budgets_decider_has_no_interest();

-- A request goes its way, as before; what was checked is written with the decision.
create or replace function budgets_request_goes_its_way() returns trigger language plpgsql
set search_path = public, pg_temp as $$
declare
    changed text[];
begin
    if current_user not in ('rehab_web', 'rehab_worker') then
        return new;
    end if;
    if tg_op = 'INSERT' then
        if new.state not in ('DRAFT', 'ASKED') or new.decided_by_id is not null or new.not_prohibited
           or new.checked <> '[]' then
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
               'budget_id', 'started_by_id', 'decided_by_id', 'reason', 'not_prohibited', 'checked'] then
            return new;
        end if;
    elsif old.state = 'ASKED' and new.state = 'WITHDRAWN' then
        if changed <@ array['state'] then
            return new;
        end if;
    elsif old.state = 'ASKED' and new.state in ('APPROVED', 'REFUSED') then
        if changed <@ array['state', 'reason', 'decided_by_id', 'decided_at', 'not_prohibited', 'checked']
           and old.waits_for_id is null
           and new.decided_by_id is not distinct from app_user() and app_is('MANAGER')
           and app_has(app_may_change(), old.person_id) then
            return new;
        end if;
    end if;
    raise exception 'a request does not go that way' using errcode = 'insufficient_privilege';
end
$$;
