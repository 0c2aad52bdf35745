-- The ledger is written by these functions alone. No login may add, change or take away a row of it.

-- Whether the actor may move this budget's money, or (for null) a fund's own: managers of people whose record they may
-- change, and the service.
create function budgets_may_post(budget bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select app_is_service() or (app_is('MANAGER') and (
        budget is null or (select b.person_id from budgets_budget b where b.id = budget) = any ((select app_changes())::bigint[])
    ))
$$;
revoke all on function budgets_may_post(bigint) from public;

-- The account of this kind, opened where there is none yet. Answers with its id.
create function budgets_account_of(account_kind text, pot bigint, budget bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    found bigint;
begin
    if budgets_may_post(budget) is not true then
        raise exception 'this money is not yours to move' using errcode = 'insufficient_privilege';
    end if;
    insert into budgets_account (kind, pot_id, budget_id, balance) values (account_kind, pot, budget, 0)
        on conflict do nothing;
    select a.id into found from budgets_account a
        where a.kind = account_kind and a.pot_id is not distinct from pot and a.budget_id is not distinct from budget;
    return found;
end
$$;

-- Locks these accounts, in the order of their ids, so that two payments never wait for each other.
create function budgets_lock(accounts bigint[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if exists (select from budgets_account a where a.id = any (accounts) and budgets_may_post(a.budget_id) is not true) then
        raise exception 'this money is not yours to move' using errcode = 'insufficient_privilege';
    end if;
    perform from budgets_account where id = any (accounts) order by id for update;
end
$$;

-- Posts one transaction: its row, its entries and the balances. `amounts` are pence, one for each account, and sum to
-- zero for each funder's pot (a contribution comes from the world). When and by whom is the actor's and the clock's;
-- only the service says them itself. Answers with the transaction's id.
create function budgets_post(
    what text, once_key text, hash_asked text, moment timestamptz, who bigint, of_budget bigint, of_spend bigint,
    accounts bigint[], amounts bigint[]
) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
    made bigint;
    source text;
    target text;
    leg record;
begin
    if budgets_may_post(of_budget) is not true then
        raise exception 'this money is not yours to move' using errcode = 'insufficient_privilege';
    end if;
    if not app_is_service() then
        moment := app_now();
        who := app_user();
    end if;
    select f, t into source, target from (values
        ('CONTRIBUTE', 'WORLD', 'POT'), ('ALLOCATE', 'POT', 'BUDGET'), ('COMMIT', 'BUDGET', 'COMMITMENT'),
        ('PAY', 'COMMITMENT', 'PAID'), ('RELEASE', 'COMMITMENT', 'BUDGET'), ('REFUND', 'PAID', 'BUDGET'),
        ('RETURN', 'BUDGET', 'POT')
    ) as ways (k, f, t) where k = what;
    if source is null or cardinality(accounts) is distinct from cardinality(amounts) or cardinality(accounts) < 2
       or (what = 'CONTRIBUTE') is distinct from (of_budget is null)
       or (what in ('COMMIT', 'PAY', 'RELEASE', 'REFUND')) is distinct from (of_spend is not null)
       or (of_spend is not null and not exists (
            select from budgets_spendrequest s where s.id = of_spend and s.budget_id = of_budget))
       or exists (  -- an account of another kind, budget or fund, or a leg that goes the other way
            select from unnest(accounts, amounts) as one (account, pence)
            left join budgets_account a on a.id = one.account left join budgets_pot p on p.id = a.pot_id
            where one.pence is null or one.pence = 0
               or a.kind is distinct from case when one.pence < 0 then source else target end
               or (a.kind in ('BUDGET', 'COMMITMENT', 'PAID') and a.budget_id is distinct from of_budget)
               or (of_budget is not null and a.kind = 'POT' and p.fund_id is distinct from
                    (select b.fund_id from budgets_budget b where b.id = of_budget)))
       or (what = 'CONTRIBUTE' and cardinality(accounts) <> 2)
       or exists (  -- money of one funder never becomes another's
            select from unnest(accounts, amounts) as one (account, pence) join budgets_account a on a.id = one.account
            group by case when what = 'CONTRIBUTE' then 0 else a.pot_id end having sum(one.pence) <> 0)
    then
        raise exception 'this is no move of money that the ledger knows' using errcode = 'check_violation';
    end if;
    insert into budgets_transaction (kind, key, asked, at, by_id, budget_id, spend_id)
        values (what, once_key, hash_asked, moment, who, of_budget, of_spend) returning id into made;
    insert into budgets_entry (transaction_id, account_id, amount)
        select made, account, pence from unnest(accounts, amounts) as one (account, pence) order by account;
    for leg in select account, pence from unnest(accounts, amounts) as one (account, pence) order by account loop
        update budgets_account set balance = balance + leg.pence where id = leg.account;
    end loop;
    if of_spend is not null and exists (  -- a payment cannot draw on what was set aside for someone else's request
        select from budgets_entry e join budgets_transaction t on t.id = e.transaction_id
        where t.spend_id = of_spend and e.account_id = any (accounts)
          and e.account_id in (select a.id from budgets_account a where a.kind in ('COMMITMENT', 'PAID'))
        group by e.account_id having sum(e.amount) < 0)
    then
        raise exception 'there is not that much set aside for this request' using errcode = 'check_violation';
    end if;
    return made;
end
$$;
revoke all on function budgets_account_of(text, bigint, bigint), budgets_lock(bigint[]),
    budgets_post(text, text, text, timestamptz, bigint, bigint, bigint, bigint[], bigint[]) from public;
grant execute on function budgets_account_of(text, bigint, bigint), budgets_lock(bigint[]),
    budgets_post(text, text, text, timestamptz, bigint, bigint, bigint, bigint[], bigint[])
    to rehab_web, rehab_worker, rehab_service;

-- Whoever writes past the functions is stopped too, the owner included. No setting turns these off.
create function budgets_sums_to_zero() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    total bigint;
begin
    select sum(amount) into total from budgets_entry where transaction_id = new.transaction_id;
    if total is distinct from 0 then
        raise exception 'transaction % is out by % pence', new.transaction_id, total using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create function budgets_balance_is_its_entries() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    summed bigint;
    kept bigint;
begin
    select balance into kept from budgets_account where id = new.id;
    select coalesce(sum(amount), 0) into summed from budgets_entry where account_id = new.id;
    if kept is distinct from summed then
        raise exception 'account % says % pence, and its entries %', new.id, kept, summed using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create function budgets_only_added() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if tg_op = 'TRUNCATE' and to_regclass('public.app_tests_set_the_clock') is not null then
        return null;  -- a database that tests empty
    end if;
    raise exception 'the ledger is only added to' using errcode = 'insufficient_privilege';
end
$$;
create constraint trigger sums_to_zero after insert on budgets_entry deferrable initially deferred
    for each row execute function budgets_sums_to_zero();
create constraint trigger balance_is_its_entries after insert or update on budgets_account
    deferrable initially deferred for each row execute function budgets_balance_is_its_entries();
create trigger only_added before update or delete on budgets_transaction for each row execute function budgets_only_added();
create trigger only_added before update or delete on budgets_entry for each row execute function budgets_only_added();
create trigger only_opened before delete on budgets_account for each row execute function budgets_only_added();
create trigger never_emptied before truncate on budgets_transaction execute function budgets_only_added();
create trigger never_emptied before truncate on budgets_entry execute function budgets_only_added();
create trigger never_emptied before truncate on budgets_account execute function budgets_only_added();

drop policy insert_allowed on budgets_transaction;
drop policy insert_allowed on budgets_entry;
drop policy insert_allowed on budgets_account;
drop policy update_allowed on budgets_account;
revoke delete on budgets_payment from rehab_web, rehab_worker, rehab_service;
revoke insert, update, delete, truncate on budgets_transaction, budgets_entry, budgets_account
    from rehab_web, rehab_worker, rehab_service;
