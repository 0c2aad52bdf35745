-- What is set aside, paid and given back for one request, each once. The web's login alone is bound (`when`).

-- Whoever could sign in as the person in the last ninety days neither decides nor pays (`people.access.sign_in_changes`).
create function budgets_has_no_way_in() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    whose bigint := coalesce((to_jsonb(new) ->> 'person_id')::bigint, (
        select c.person_id from budgets_commitment c where c.id = (to_jsonb(new) ->> 'commitment_id')::bigint));
    who bigint := coalesce(to_jsonb(new) ->> 'decided_by_id', to_jsonb(new) ->> 'recorded_by_id')::bigint;
begin
    if exists (
        select from people_signinchange c
        where c.participant_id = whose and c.account_id <> who
          and (c.by_id = who or c.written_by_id = who and c.typed)
          and greatest(c.at, c.answered_at) >= app_now() - interval '90 days'
    ) then
        raise exception 'whoever gave a way in does not decide or pay' using errcode = 'insufficient_privilege';
    end if;
    return null;
end
$$;
create trigger decider_has_no_way_in after update of state on budgets_spendrequest for each row
    when (current_user in ('rehab_web', 'rehab_worker') and new.state in ('APPROVED', 'REFUSED')
          and new.state is distinct from old.state)
    execute function budgets_has_no_way_in();
create trigger payer_has_no_way_in after insert on budgets_payment for each row
    when (current_user in ('rehab_web', 'rehab_worker')) execute function budgets_has_no_way_in();

-- The sum of a request's transactions of these kinds, in pence.
create function budgets_moved_for(spend bigint, kinds text[]) returns bigint language sql stable
set search_path = public, pg_temp as $$
    select coalesce(sum(e.amount), 0)::bigint from budgets_transaction t join budgets_entry e on e.transaction_id = t.id
    where t.spend_id = spend and t.kind = any (kinds) and e.amount > 0
$$;
revoke all on function budgets_moved_for(bigint, text[]) from public;

-- What is set aside is the sum that was approved, and no more than that is paid and given back.
create or replace function budgets_sum_was_approved() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if exists (
        select from budgets_transaction t join budgets_spendrequest s on s.id = t.spend_id
        where t.id = new.transaction_id and (
            t.kind = 'COMMIT' and s.amount is distinct from budgets_moved_for(s.id, '{COMMIT}')
            or t.kind in ('PAY', 'RELEASE') and budgets_moved_for(s.id, '{PAY,RELEASE}') > s.amount)
    ) then
        raise exception 'only what was approved is moved' using errcode = 'check_violation';
    end if;
    return null;
end
$$;

-- A record of a payment is of money that the ledger paid, for what is still open.
create function budgets_payment_was_paid() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if exists (
        select from budgets_commitment c where c.id = new.commitment_id and (
            c.closed_at is not null
            or (select sum(p.amount) from budgets_payment p where p.commitment_id = c.id)
               > budgets_moved_for(c.spend_id, '{PAY}'))
    ) then
        raise exception 'only what was approved is moved' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger payment_was_paid after insert on budgets_payment for each row
    when (current_user in ('rehab_web', 'rehab_worker')) execute function budgets_payment_was_paid();

-- What was set aside is closed once all of it was paid or given back.
create function budgets_closed_when_spent() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if budgets_moved_for(new.spend_id, '{PAY,RELEASE}') <> budgets_moved_for(new.spend_id, '{COMMIT}') then
        raise exception 'only what was approved is moved' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger closed_when_spent after update of closed_at on budgets_commitment for each row
    when (current_user in ('rehab_web', 'rehab_worker') and new.closed_at is not null and old.closed_at is null)
    execute function budgets_closed_when_spent();

-- What is set aside for a referral is for one of the person's own.
create function budgets_referral_is_theirs() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if not exists (
        select from providers_referral r where r.id = new.referral_id and r.participant_id = new.person_id
    ) then
        raise exception 'a row stays as it is' using errcode = 'insufficient_privilege';
    end if;
    return null;
end
$$;
create trigger referral_is_theirs after update of referral_id on budgets_commitment for each row
    when (current_user in ('rehab_web', 'rehab_worker') and new.referral_id is distinct from old.referral_id)
    execute function budgets_referral_is_theirs();

-- A person's budget is of the fund of the programme that they are on.
create function budgets_fund_is_the_programmes() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if not exists (
        select from people_enrolment e join budgets_fund f on f.programme_id = e.programme_id
        where e.id = new.enrolment_id and f.id = new.fund_id
    ) then
        raise exception 'a row stays as it is' using errcode = 'insufficient_privilege';
    end if;
    return null;
end
$$;
create trigger fund_is_the_programmes after insert on budgets_budget for each row
    when (current_user in ('rehab_web', 'rehab_worker')) execute function budgets_fund_is_the_programmes();
revoke all on function budgets_has_no_way_in(), budgets_payment_was_paid(), budgets_closed_when_spent(),
    budgets_referral_is_theirs(), budgets_fund_is_the_programmes() from public;
