-- The ledger is written by these functions alone. No login may add, change or take away a row of it.

-- The kinds of account that a kind of move goes from and to. None for a kind that `budgets_post` does not know.
create function budgets_ways(what text, out source text, out target text) language sql immutable as $$
    select f, t from (values
        ('CONTRIBUTE', 'WORLD', 'POT'), ('WITHDRAW', 'POT', 'WORLD'), ('ALLOCATE', 'POT', 'BUDGET'),
        ('RETURN', 'BUDGET', 'POT'), ('COMMIT', 'BUDGET', 'COMMITMENT'), ('RELEASE', 'COMMITMENT', 'BUDGET'),
        ('PAY', 'COMMITMENT', 'PAID'), ('REFUND', 'PAID', 'BUDGET')
    ) as ways (k, f, t) where k = what
$$;

-- All that an entry says, for the chain of its account: it hashes this after the hash of the entry before.
create function budgets_said(made budgets_transaction, account bigint, number bigint, pence bigint) returns bytea
language sql stable as $$
    select convert_to(concat_ws('|', account, number, pence, made.id, made.kind, made.unit, made.key, made.asked,
        extract(epoch from made.at), made.by_id, made.dated - date '2000-01-01', coalesce(made.budget_id, 0),
        coalesce(made.spend_id, 0), coalesce(made.reverses_id, 0)), 'UTF8')
$$;
create function budgets_link(before bytea, head bytea, said bytea) returns bytea language sql immutable
    as $$ select sha256(coalesce(before, head) || said) $$;
-- The chain over entries in order, from an account's head before them.
create aggregate budgets_chain(bytea, bytea) (sfunc = budgets_link, stype = bytea);

-- What one request has in each account, in pence: the sum of its own entries.
create function budgets_of_spend(of_spend bigint) returns table (account_id bigint, pence bigint) language sql stable
as $$
    select e.account_id, sum(e.amount)::bigint from budgets_transaction t join budgets_entry e on e.transaction_id = t.id
    where t.spend_id = of_spend group by 1
$$;

-- The account of this kind, opened where there is none yet. Its budget's row, or its pot's, is locked by then.
create function budgets_account_of(account_kind text, pot bigint, budget bigint) returns bigint
language plpgsql set search_path = public, pg_temp as $$
declare
    found bigint;
begin
    if account_kind = 'WORLD' then
        select a.id into found from budgets_account a where a.kind = 'WORLD' and a.pot_id is null and a.budget_id is null;
        pot := null;
        budget := null;
    elsif account_kind = 'POT' then
        select a.id into found from budgets_account a
            where a.kind = 'POT' and a.pot_id = pot and a.budget_id is null;
        budget := null;
    else
        select a.id into found from budgets_account a
            where a.kind = account_kind and a.pot_id = pot and a.budget_id = budget;
    end if;
    if found is null then
        insert into budgets_account (kind, unit, pot_id, budget_id, balance, last_number, head)
            values (account_kind, 'PENCE', pot, budget, 0, 0, '') on conflict do nothing returning id into found;
        if found is null then  -- another made it just now
            return budgets_account_of(account_kind, pot, budget);
        end if;
    end if;
    return found;
end
$$;

-- Locks, once and in the order of their ids, every account of a budget and, where a fund is named, those of its pots.
-- Then says what each holds, and how much of that is this request's. No balance is believed before.
create function budgets_lock(of_budget bigint, of_spend bigint, of_fund bigint)
returns table (kind varchar, pot_id bigint, balance bigint, of_request bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    mine bigint[];
begin
    if budgets_may_post(of_budget) is not true then
        raise exception 'this money is not yours to move' using errcode = 'insufficient_privilege';
    end if;
    perform from budgets_budget b where b.id = of_budget for no key update;
    mine := array(
        select a.id from budgets_account a where a.budget_id = of_budget
        union all
        select a.id from budgets_pot p join budgets_account a on a.pot_id = p.id and a.kind = 'POT' where p.fund_id = of_fund
    );
    perform from budgets_account a where a.id = any (mine) order by a.id for no key update;
    return query
        select a.kind, a.pot_id, a.balance, coalesce(s.pence, 0)
        from budgets_account a left join budgets_of_spend(of_spend) s on s.account_id = a.id
        where a.id = any (mine) order by a.id;
end
$$;

-- Writes one transaction: its row, the balances, and its entries with the chain of each account.
create function budgets_write(made budgets_transaction, accounts bigint[], amounts bigint[]) returns bigint
language plpgsql set search_path = public, pg_temp as $$
begin
    made.id := nextval('budgets_transaction_id_seq');
    with posted as (
        insert into budgets_transaction (id, kind, unit, key, asked, at, by_id, dated, budget_id, spend_id, reverses_id)
        values (made.id, made.kind, made.unit, made.key, made.asked, made.at, made.by_id, made.dated, made.budget_id,
                made.spend_id, made.reverses_id)
    ), moved as (
        update budgets_account a set
            balance = a.balance + leg.pence, last_number = a.last_number + 1,
            head = budgets_link(null, a.head, budgets_said(made, a.id, a.last_number + 1, leg.pence))
        from unnest(accounts, amounts) as leg (account, pence) where a.id = leg.account
        returning a.id, leg.pence, a.last_number, a.balance, a.head
    )
    insert into budgets_entry (transaction_id, account_id, amount, number, balance, hash)
        select made.id, m.id, m.pence, m.last_number, m.balance, m.head from moved m order by m.id;
    return made.id;
end
$$;

-- What is still set aside for a request, and when the last of it went, are kept by the ledger alone.
create function budgets_update_commitment(of_spend bigint, moment timestamptz, who bigint) returns void
language plpgsql set search_path = public, pg_temp as $$
declare
    left_over bigint;
begin
    select coalesce(sum(s.pence), 0) into left_over
        from budgets_of_spend(of_spend) s join budgets_account a on a.id = s.account_id where a.kind = 'COMMITMENT';
    update budgets_commitment c set
        remaining = left_over, closed_at = case when left_over = 0 then moment end,
        closed_by_id = case when left_over = 0 then who end
        where c.spend_id = of_spend and c.remaining <> left_over;
end
$$;

-- Posts the moves of one act, in their order: so many pence of each pot, and what is done with them. Shares of one kind
-- beside each other are one move. When and by whom is the actor's and the clock's; only the service says them itself.
-- Answers with the transactions' ids.
create function budgets_post(
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
        if 'WITHDRAW' = any (kinds) then
            raise exception 'this money is not yours to move' using errcode = 'insufficient_privilege';
        end if;
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
    made.dated := coalesce(on_day, (moment at time zone 'Europe/London')::date);
    made.budget_id := of_budget;
    for nth in 1 .. last_share loop
        if nth = last_share or kinds[nth + 1] <> kinds[nth] then
            made.kind := kinds[nth];
            made.key := once_key || ':' || lower(kinds[nth]);
            made.spend_id := case when kinds[nth] in ('COMMIT', 'PAY', 'RELEASE', 'REFUND') then of_spend end;
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
create function budgets_reverse(once_key text, hash_asked text, moment timestamptz, who bigint, on_day date, undone bigint)
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
    made.dated := coalesce(on_day, (moment at time zone 'Europe/London')::date);
    made.id := budgets_write(made, accounts, amounts);
    if made.spend_id is not null then
        perform budgets_update_commitment(made.spend_id, moment, who);
    end if;
    return made.id;
end
$$;

-- Whoever writes past the functions is stopped too, the owner included. No setting turns these off.

-- A transaction is written whole: its entries sum to zero, for each funder's pot too, lie where its kind says, and follow
-- the chain of their accounts. It takes no other entry afterwards.
create function budgets_entries_are_right() returns trigger language plpgsql security definer
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
                    or (t.kind in ('COMMIT', 'PAY', 'RELEASE', 'REFUND')) is distinct from (t.spend_id is not null)
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
create trigger entries_are_right after insert on budgets_entry referencing new table as written
    for each statement execute function budgets_entries_are_right();

-- A reversal names what it undoes and is by someone else; nothing is reversed that is itself a reversal.
create function budgets_reversal_is_a_seconds() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if not exists (
        select from budgets_transaction t where t.id = new.reverses_id and t.kind in ('CONTRIBUTE', 'PAY', 'REFUND')
           and t.by_id <> new.by_id
           and t.budget_id is not distinct from new.budget_id and t.spend_id is not distinct from new.spend_id
    ) then
        raise exception 'someone else puts right what was posted, once' using errcode = 'check_violation',
            constraint = 'someone_else_reverses';
    end if;
    return null;
end
$$;
create trigger reversal_is_a_seconds after insert on budgets_transaction
    for each row when (new.kind = 'REVERSE') execute function budgets_reversal_is_a_seconds();

-- Money that is set aside has its record, and so has money that is paid.
create function budgets_has_its_record() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if new.kind = 'PAY' and not exists (select from budgets_payment p where p.transaction_id = new.id)
       or new.kind = 'COMMIT' and not exists (select from budgets_commitment c where c.spend_id = new.spend_id) then
        raise exception 'transaction % has no record', new.id using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create constraint trigger has_its_record after insert on budgets_transaction deferrable initially deferred
    for each row when (new.kind in ('PAY', 'COMMIT')) execute function budgets_has_its_record();

-- An account is as its last entry left it.
create or replace function budgets_balance_is_its_entries() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    kept budgets_account;
    last budgets_entry;
begin
    select * into kept from budgets_account where id = new.id;
    select * into last from budgets_entry where account_id = new.id order by number desc limit 1;
    if kept.balance <> coalesce(last.balance, 0) or kept.last_number <> coalesce(last.number, 0)
       or kept.head <> coalesce(last.hash, '') then
        raise exception 'account % says % pence, and its entries %', new.id, kept.balance, coalesce(last.balance, 0)
            using errcode = 'check_violation';
    end if;
    return null;
end
$$;

-- What is set aside is the sum that was approved; CHECK (remaining >= 0) sees that no more is paid and released.
create or replace function budgets_sum_was_approved() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    select coalesce(sum(s.pence), 0) into new.remaining
        from budgets_of_spend(new.spend_id) s join budgets_account a on a.id = s.account_id where a.kind = 'COMMITMENT';
    if new.remaining <> new.amount then
        raise exception 'only what was approved is moved' using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger sum_was_approved before insert on budgets_commitment
    for each row execute function budgets_sum_was_approved();

-- A record of a payment is of money that the ledger paid for it.
create or replace function budgets_payment_was_paid() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if not exists (
        select from budgets_transaction t
        join budgets_commitment c on c.id = new.commitment_id and c.spend_id = t.spend_id
        where t.id = new.transaction_id and t.kind = 'PAY' and t.by_id = new.recorded_by_id and t.dated = new.paid_on
          and new.amount = (select sum(e.amount) from budgets_entry e where e.transaction_id = t.id and e.amount > 0)
    ) then
        raise exception 'only what was approved is moved' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger payment_was_paid after insert or update on budgets_payment
    for each row execute function budgets_payment_was_paid();

-- The first answer to a key, or null where it is new; two with one key wait for each other here. A key of someone else's,
-- or with other words, is refused.
create function budgets_answer(once_key text, hash_asked text) returns table (kind varchar, row_id bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    first budgets_command;
begin
    perform pg_advisory_xact_lock(hashtextextended(once_key, 0));
    select * into first from budgets_command c where c.key = once_key;
    if first.id is not null and first.asked <> hash_asked then
        raise exception 'this key was used for something else' using errcode = 'unique_violation',
            constraint = 'a_key_is_used_once';
    end if;
    return query select first.answer_kind, first.answer_id where first.id is not null;
end
$$;

-- Records the answer to a key. By whom and when is the actor's and the clock's; only the service says them itself.
create function budgets_record_answer(
    once_key text, what text, hash_asked text, who bigint, moment timestamptz, kind text, row_id bigint
) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not app_is_service() then
        who := app_user();
        moment := app_now();
    end if;
    insert into budgets_command (key, act, asked, by_id, at, answer_kind, answer_id)
        values (once_key, what, hash_asked, who, moment, kind, row_id);
end
$$;

revoke all on function budgets_ways(text), budgets_said(budgets_transaction, bigint, bigint, bigint),
    budgets_link(bytea, bytea, bytea), budgets_of_spend(bigint), budgets_account_of(text, bigint, bigint),
    budgets_lock(bigint, bigint, bigint), budgets_write(budgets_transaction, bigint[], bigint[]),
    budgets_update_commitment(bigint, timestamptz, bigint), budgets_entries_are_right(), budgets_reversal_is_a_seconds(),
    budgets_has_its_record(), budgets_answer(text, text),
    budgets_record_answer(text, text, text, bigint, timestamptz, text, bigint), budgets_sum_was_approved(), budgets_payment_was_paid(),
    budgets_post(text, text, timestamptz, bigint, date, bigint, bigint, text[], bigint[], bigint[]),
    budgets_reverse(text, text, timestamptz, bigint, date, bigint) from public;
grant execute on function budgets_ways(text), budgets_said(budgets_transaction, bigint, bigint, bigint), budgets_link(bytea, bytea, bytea),
    budgets_lock(bigint, bigint, bigint), budgets_answer(text, text),
    budgets_record_answer(text, text, text, bigint, timestamptz, text, bigint),
    budgets_post(text, text, timestamptz, bigint, date, bigint, bigint, text[], bigint[], bigint[]),
    budgets_reverse(text, text, timestamptz, bigint, date, bigint) to rehab_web, rehab_worker, rehab_service;
