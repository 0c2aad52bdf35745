-- Numbers the entries that came before there was a chain, account by account in the order they were posted, and gives
-- each payment the transaction that paid it. Runs once, while nothing else writes.
alter table budgets_entry disable trigger user;
alter table budgets_account disable trigger user;
alter table budgets_transaction disable trigger user;
alter table budgets_payment disable trigger user;
alter table budgets_historicalpayment disable trigger user;
alter table budgets_commitment disable trigger user;

-- A payment stands in the accounts of the day it was made on; anything else in those of the day it was posted.
update budgets_transaction set dated = (at at time zone 'Europe/London')::date;
with paid as (
    select p.id, p.paid_on, c.spend_id, p.amount,
           row_number() over (partition by c.spend_id, p.amount order by p.id) as nth
    from budgets_payment p join budgets_commitment c on c.id = p.commitment_id
), posted as (
    select t.id, t.spend_id, sum(e.amount) as amount
    from budgets_transaction t join budgets_entry e on e.transaction_id = t.id
    where t.kind = 'PAY' and e.amount > 0 group by 1, 2
), numbered as (
    select *, row_number() over (partition by spend_id, amount order by id) as nth from posted
)
update budgets_payment p set transaction_id = n.id
from paid join numbered n using (spend_id, amount, nth) where p.id = paid.id;
update budgets_transaction t set dated = p.paid_on from budgets_payment p where p.transaction_id = t.id;
update budgets_historicalpayment h set transaction_id = p.transaction_id from budgets_payment p where p.id = h.id;

update budgets_entry e set number = c.number, balance = c.balance, hash = c.hash
from (
    select e.id, n.number, sum(e.amount) over w as balance,
           budgets_chain(''::bytea, budgets_said(t, e.account_id, n.number, e.amount)) over w as hash
    from budgets_entry e
    join (select id, row_number() over (partition by account_id order by id) as number from budgets_entry) n using (id)
    join budgets_transaction t on t.id = e.transaction_id
    window w as (partition by e.account_id order by e.id)
) c
where c.id = e.id;
update budgets_account a set last_number = e.number, head = e.hash
from (select distinct on (account_id) account_id, number, hash from budgets_entry order by account_id, number desc) e
where e.account_id = a.id;
update budgets_commitment c set remaining = coalesce((
    select sum(s.pence) from budgets_of_spend(c.spend_id) s join budgets_account a on a.id = s.account_id
    where a.kind = 'COMMITMENT'), 0);

alter table budgets_entry enable trigger user;
alter table budgets_account enable trigger user;
alter table budgets_transaction enable trigger user;
alter table budgets_payment enable trigger user;
alter table budgets_historicalpayment enable trigger user;
alter table budgets_commitment enable trigger user;
set constraints all immediate;
set constraints all deferred;
