-- Budgets that end, accounts that open and close, and what is put right by two people.

-- Money of nobody in particular, a pot's, is moved by managers and by finance officers.
create or replace function budgets_may_post(budget bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select app_is_service() or (budget is null and app_is('FINANCE')) or (app_is('MANAGER') and (
        budget is null or app_has(app_may_change(), (select b.person_id from budgets_budget b where b.id = budget))
    ))
$$;

-- The day in whose accounts something of this day stands: itself, or where its accounts are closed the first day that
-- is open after it. Whoever closes a period waits for whoever posts, and the other way round.
create function budgets_day_in_accounts(day date) returns date language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    found date;
begin
    perform pg_advisory_xact_lock_shared(hashtextextended('accounts', 0));
    select greatest(day, p.starts_on) into found from budgets_accountingperiod p
        where p.state in ('OPEN', 'CLOSING') and p.ends_on >= day order by p.starts_on limit 1;
    if found is null then
        raise exception 'the accounts of % are not open', day using errcode = 'check_violation',
            constraint = 'the_accounts_are_open';
    end if;
    return found;
end
$$;

create or replace function budgets_ways(what text, out source text, out target text) language sql immutable as $$
    select f, t from (values
        ('CONTRIBUTE', 'WORLD', 'POT'), ('WITHDRAW', 'POT', 'WORLD'), ('ALLOCATE', 'POT', 'BUDGET'),
        ('RETURN', 'BUDGET', 'POT'), ('COMMIT', 'BUDGET', 'COMMITMENT'), ('RELEASE', 'COMMITMENT', 'BUDGET'),
        ('PAY', 'COMMITMENT', 'PAID'), ('REFUND', 'PAID', 'BUDGET'),
        ('WRITE_OFF', 'PAID', 'LOST')
    ) as ways (k, f, t) where k = what
$$;


-- Posts the moves of one act, in their order: so many pence of each pot, and what is done with them. Shares of one kind
-- beside each other are one move. When and by whom is the actor's and the clock's; only the service says them itself.
-- Answers with the transactions' ids.
create or replace function budgets_post(
    once_key text, hash_asked text, moment timestamptz, who bigint, on_day date, of_budget bigint, of_spend bigint,
    kinds text[], pots bigint[], pence bigint[]
) returns bigint[] language plpgsql security definer set search_path = public, pg_temp as $$
declare
    made budgets_transaction;
    posted bigint[] := '{}';
    accounts bigint[] := '{}';
    amounts bigint[] := '{}';
    first_share int := 1;
    last_share int := cardinality(kinds);
    source_kind text;
    target_kind text;
begin
    if budgets_may_post(of_budget) is not true then
        raise exception 'this money is not yours to move' using errcode = 'insufficient_privilege';
    end if;
    if not app_is_service() then
        moment := app_now();
        who := app_user();
    end if;
    if coalesce(last_share, 0) = 0 or cardinality(pots) is distinct from last_share
       or cardinality(pence) is distinct from last_share then
        raise exception 'this is no move of money that the ledger knows' using errcode = 'check_violation';
    end if;
    if of_budget is not null then
        perform from budgets_budget b where b.id = of_budget for no key update;
    else
        perform from budgets_pot p where p.id = any (pots) order by p.id for no key update;
    end if;
    for nth in 1 .. last_share loop
        select w.source, w.target into source_kind, target_kind from budgets_ways(kinds[nth]) w;
        accounts := accounts || budgets_account_of(source_kind, pots[nth], of_budget)
            || budgets_account_of(target_kind, pots[nth], of_budget);
        amounts := amounts || -pence[nth] || pence[nth];
    end loop;
    perform from budgets_account a where a.id = any (accounts) order by a.id for no key update;
    made.unit := 'PENCE';
    made.asked := hash_asked;
    made.at := moment;
    made.by_id := who;
    made.dated := budgets_day_in_accounts(coalesce(on_day, (moment at time zone 'Europe/London')::date));
    made.budget_id := of_budget;
    for nth in 1 .. last_share loop
        if nth = last_share or kinds[nth + 1] <> kinds[nth] then
            made.kind := kinds[nth];
            made.key := once_key || ':' || lower(kinds[nth]);
            made.spend_id := case when kinds[nth] in ('COMMIT', 'PAY', 'RELEASE', 'REFUND', 'WRITE_OFF') then of_spend end;
            posted := posted || budgets_write(
                made, accounts[2 * first_share - 1 : 2 * nth], amounts[2 * first_share - 1 : 2 * nth]);
            first_share := nth + 1;
        end if;
    end loop;
    if of_spend is not null then
        perform budgets_update_commitment(of_spend, moment, who);
    end if;
    return posted;
end
$$;


-- Reverses a transaction: a new one that names it and goes the other way, by someone else. It stays on the record.
create or replace function budgets_reverse(once_key text, hash_asked text, moment timestamptz, who bigint, on_day date, undone bigint)
returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
    made budgets_transaction;
    accounts bigint[];
    amounts bigint[];
begin
    select * into made from budgets_transaction where id = undone;
    if made.id is null or budgets_may_post(made.budget_id) is not true then
        raise exception 'this money is not yours to move' using errcode = 'insufficient_privilege';
    end if;
    if not app_is_service() then
        moment := app_now();
        who := app_user();
    end if;
    perform from budgets_budget b where b.id = made.budget_id for no key update;
    select array_agg(e.account_id), array_agg(-e.amount) into accounts, amounts
        from budgets_entry e where e.transaction_id = undone;
    perform from budgets_account a where a.id = any (accounts) order by a.id for no key update;
    made.reverses_id := undone;
    made.kind := 'REVERSE';
    made.key := once_key || ':reverse';
    made.asked := hash_asked;
    made.at := moment;
    made.by_id := who;
    made.dated := budgets_day_in_accounts(coalesce(on_day, (moment at time zone 'Europe/London')::date));
    made.id := budgets_write(made, accounts, amounts);
    update budgets_payment p set reversed_at = moment where p.transaction_id = undone;
    if made.spend_id is not null then
        perform budgets_update_commitment(made.spend_id, moment, who);
    end if;
    return made.id;
end
$$;


-- A transaction is written whole: its entries sum to zero, for each funder's pot too, lie where its kind says, and follow
-- the chain of their accounts. It takes no other entry afterwards.
create or replace function budgets_entries_are_right() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    wrong record;
begin
    with legs as (
        select w.transaction_id, w.amount, a.pot_id, a.kind = 'WORLD' as world,
            -- an account of another kind, unit, budget or fund, or a leg that goes the other way
            a.unit <> t.unit
                or (a.budget_id is not null and a.budget_id is distinct from t.budget_id)
                or (a.kind = 'POT' and t.budget_id is not null and p.fund_id is distinct from b.fund_id)
                or case when t.kind = 'REVERSE' then
                    w.amount is distinct from (
                        select -e.amount from budgets_entry e
                        where e.transaction_id = t.reverses_id and e.account_id = w.account_id)
                else
                    t.reverses_id is not null
                    or a.kind is distinct from case when w.amount < 0 then ways.source else ways.target end
                    or (t.kind in ('CONTRIBUTE', 'WITHDRAW')) is distinct from (t.budget_id is null)
                    or (t.kind in ('COMMIT', 'PAY', 'RELEASE', 'REFUND', 'WRITE_OFF')) is distinct from (t.spend_id is not null)
                end as strays,
            w.number <> coalesce(e.number, 0) + 1 or w.balance <> coalesce(e.balance, 0) + w.amount
                or w.hash <> budgets_link(null, coalesce(e.hash, ''), budgets_said(t, w.account_id, w.number, w.amount))
                as breaks
        from written w
        join budgets_transaction t on t.id = w.transaction_id
        join budgets_account a on a.id = w.account_id
        left join budgets_pot p on p.id = a.pot_id
        left join budgets_budget b on b.id = t.budget_id
        left join budgets_entry e on e.account_id = w.account_id and e.number = w.number - 1
        cross join budgets_ways(t.kind) ways
    ), pots as (
        select transaction_id, pot_id, sum(amount) as pence, count(*) as entries, bool_or(world) as world,
            bool_or(strays) as strays, bool_or(breaks) as breaks
        from legs group by 1, 2
    )
    select transaction_id, sum(pence) as pence, sum(entries) as entries,
        -- money of one funder never becomes another's; what comes from the world or goes there is of one pot
        bool_or(strays) or (bool_or(pence <> 0) and not bool_or(world)) or (bool_or(world) and sum(entries) <> 2) as strays,
        bool_or(breaks) as breaks
    into wrong
    from pots p group by 1
    having sum(pence) <> 0 or bool_or(strays) or bool_or(breaks) or (bool_or(pence <> 0) and not bool_or(world))
        or (bool_or(world) and sum(entries) <> 2)
        or sum(entries) <> (select count(*) from budgets_entry e where e.transaction_id = p.transaction_id)
    limit 1;
    if wrong.pence <> 0 then
        raise exception 'transaction % is out by % pence', wrong.transaction_id, wrong.pence using errcode = 'check_violation';
    elsif wrong.strays then
        raise exception 'this is no move of money that the ledger knows' using errcode = 'check_violation';
    elsif wrong.breaks then
        raise exception 'an entry does not follow the one before it' using errcode = 'check_violation';
    elsif wrong.transaction_id is not null then
        raise exception 'the ledger is only added to' using errcode = 'insufficient_privilege';
    end if;
    return null;
end
$$;

-- A reversal names what it undoes and is by someone else; nothing is reversed that is itself a reversal.
create or replace function budgets_reversal_is_a_seconds() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if not exists (
        select from budgets_transaction t where t.id = new.reverses_id and t.kind in ('CONTRIBUTE', 'WITHDRAW', 'PAY', 'REFUND', 'WRITE_OFF')
           and t.by_id <> new.by_id
           and t.budget_id is not distinct from new.budget_id and t.spend_id is not distinct from new.spend_id
    ) then
        raise exception 'someone else puts right what was posted, once' using errcode = 'check_violation',
            constraint = 'someone_else_reverses';
    end if;
    return null;
end
$$;

-- Money that is set aside has its record, and so has money that is paid, or put right by two people.
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
              and (new.kind <> 'WITHDRAW' or c.pot_id = (
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
    for each row when (new.kind in ('PAY', 'COMMIT', 'REVERSE', 'REFUND', 'WRITE_OFF', 'WITHDRAW'))
    execute function budgets_has_its_record();

-- A record of a payment is of money that the ledger paid for it.
create or replace function budgets_payment_was_paid() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if not exists (
        select from budgets_transaction t
        join budgets_commitment c on c.id = new.commitment_id and c.spend_id = t.spend_id
        where t.id = new.transaction_id and t.kind = 'PAY' and t.by_id = new.recorded_by_id and t.dated >= new.paid_on
          and new.amount = (select sum(e.amount) from budgets_entry e where e.transaction_id = t.id and e.amount > 0)
    ) then
        raise exception 'only what was approved is moved' using errcode = 'check_violation';
    end if;
    return null;
end
$$;

-- The ledger moves the money of approved requests alone. A budget that has ended sets nothing more aside.
create or replace function budgets_move_was_approved() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if not exists (select from budgets_spendrequest s where s.id = new.spend_id and s.state = 'APPROVED')
       or new.kind = 'COMMIT' and exists (
            select from budgets_transaction t where t.spend_id = new.spend_id and t.kind = 'COMMIT' and t.id <> new.id)
    then
        raise exception 'only what was approved is moved' using errcode = 'check_violation';
    end if;
    if new.kind = 'COMMIT' and exists (
        select from budgets_budget b where b.id = new.budget_id and b.ended_on is not null) then
        raise exception 'this budget has ended' using errcode = 'check_violation', constraint = 'the_budget_is_open';
    end if;
    return null;
end
$$;

-- Whoever writes past the functions writes into open accounts too.
create function budgets_stands_in_open_accounts() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if exists (select from written w where not exists (
        select from budgets_accountingperiod p
        where p.state in ('OPEN', 'CLOSING') and w.dated between p.starts_on and p.ends_on)) then
        raise exception 'these accounts are not open' using errcode = 'check_violation',
            constraint = 'the_accounts_are_open';
    end if;
    return null;
end
$$;
create trigger stands_in_open_accounts after insert on budgets_transaction referencing new table as written
    for each statement execute function budgets_stands_in_open_accounts();

-- A period is opened and closed by two people, and closed once. The service sets up the first.
create function budgets_period_goes_its_way() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    changed text[];
begin
    if tg_op = 'UPDATE' and new.state = 'CLOSED' then
        perform pg_advisory_xact_lock(hashtextextended('accounts', 0));
    end if;
    if current_user not in ('rehab_web', 'rehab_worker') then
        return new;
    end if;
    if tg_op = 'INSERT' then
        if new.state = 'OPENING' and new.opening_asked_by_id = app_user() and new.closing_asked_by_id is null then
            return new;
        end if;
        raise exception 'two people open the accounts' using errcode = 'insufficient_privilege';
    end if;
    changed := array(
        select after.key from jsonb_each(to_jsonb(new)) after where after.value is distinct from to_jsonb(old) -> after.key
    );
    if changed = '{}'
       or old.state = 'OPENING' and new.state = 'OPEN' and new.opened_by_id = app_user()
          and changed <@ array['state', 'opened_by_id', 'opened_at']
       or old.state = 'OPEN' and new.state = 'CLOSING' and new.closing_asked_by_id = app_user()
          and changed <@ array['state', 'closing_asked_by_id', 'closing_asked_at']
       or old.state = 'CLOSING' and new.state = 'OPEN' and changed <@ array['state', 'closing_asked_by_id', 'closing_asked_at']
       or old.state = 'CLOSING' and new.state = 'CLOSED' and new.closed_by_id = app_user()
          and changed <@ array['state', 'closed_by_id', 'closed_at'] then
        return new;
    end if;
    raise exception 'a period does not go that way' using errcode = 'insufficient_privilege';
end
$$;
create trigger goes_its_way before insert or update on budgets_accountingperiod
    for each row execute function budgets_period_goes_its_way();

-- A correction is asked for, then answered once: taken back by whoever asked, or agreed or refused by someone else.
create function budgets_correction_goes_its_way() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    changed text[];
begin
    if current_user not in ('rehab_web', 'rehab_worker') then
        return new;
    end if;
    if tg_op = 'INSERT' then
        if new.state = 'ASKED' and new.asked_by_id = app_user() then
            return new;
        end if;
        raise exception 'a correction begins without an answer' using errcode = 'insufficient_privilege';
    end if;
    changed := array(
        select after.key from jsonb_each(to_jsonb(new)) after where after.value is distinct from to_jsonb(old) -> after.key
    );
    if changed = '{}' or old.state = 'ASKED' and new.answered_by_id = app_user()
       and changed <@ array['state', 'answered_by_id', 'answered_at', 'answer', 'posted_id'] then
        return new;
    end if;
    raise exception 'a correction does not go that way' using errcode = 'insufficient_privilege';
end
$$;
create trigger goes_its_way before insert or update on budgets_correction
    for each row execute function budgets_correction_goes_its_way();

-- A note of what was found is all that anyone writes on a difference.
create function budgets_difference_is_noted() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if current_user in ('rehab_web', 'rehab_worker') and new.looked_into_by_id is distinct from app_user() then
        raise exception 'whoever looked into it signs' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
create trigger is_noted before update on budgets_ledgerdifference
    for each row execute function budgets_difference_is_noted();

revoke all on function budgets_day_in_accounts(date), budgets_stands_in_open_accounts(), budgets_period_goes_its_way(),
    budgets_correction_goes_its_way(), budgets_difference_is_noted() from public;
