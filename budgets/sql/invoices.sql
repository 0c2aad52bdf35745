-- An invoice stays as it was sent; it is refused once. A credit note is for an invoice of the same thing.
create function budgets_invoice_goes_its_way() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    changed text[];
begin
    if tg_op = 'INSERT' then
        if new.credits_id is not null and not exists (
            select from budgets_invoice i
            where i.id = new.credits_id and i.commitment_id = new.commitment_id and i.credits_id is null) then
            raise exception 'a credit note is for an invoice of the same thing' using errcode = 'check_violation';
        end if;
        if current_user not in ('rehab_web', 'rehab_worker') or new.refused_at is null and not new.by_provider then
            return new;
        end if;
        raise exception 'an invoice does not begin so' using errcode = 'insufficient_privilege';
    end if;
    changed := array(
        select after.key from jsonb_each(to_jsonb(new)) after where after.value is distinct from to_jsonb(old) -> after.key
    );
    if current_user not in ('rehab_web', 'rehab_worker') or changed = '{}'
       or old.refused_at is null and changed <@ array['refused_why', 'refused_by_id', 'refused_at'] then
        return new;
    end if;
    raise exception 'an invoice does not go that way' using errcode = 'insufficient_privilege';
end
$$;
create trigger goes_its_way before insert or update on budgets_invoice
    for each row execute function budgets_invoice_goes_its_way();
revoke all on function budgets_invoice_goes_its_way() from public;
