-- A request goes its way, as before (panels.sql); while it waits, a colleague who may change the record finds its price.
create or replace function budgets_request_goes_its_way() returns trigger language plpgsql
set search_path = public, pg_temp as $$
declare
    changed text[];
    answer text[] := array['state', 'reason', 'decided_by_id', 'decided_at', 'not_prohibited', 'checked', 'granted',
                           'public_sentence'];
begin
    if current_user not in ('rehab_web', 'rehab_worker') then
        return new;
    end if;
    if tg_op = 'INSERT' then
        if new.state not in ('DRAFT', 'ASKED') or num_nulls(new.decided_by_id, new.decided_by_rule_id, new.granted) < 3
           or new.decided_by_panel <> '{}' or new.not_prohibited or new.checked <> '[]' or new.public_sentence <> ''
           or new.found_at is not null then
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
        if new.state in ('DRAFT', 'ASKED') and not changed && (array[
               'budget_id', 'started_by_id', 'decided_by_rule_id', 'decided_by_panel', 'found_price', 'found_by_id',
               'found_at'] || array_remove(answer, 'state')) then
            return new;
        end if;
    elsif old.state = 'ASKED' and new.state = 'WITHDRAWN' then
        if changed <@ array['state'] then
            return new;
        end if;
    elsif old.state = 'ASKED' and new.state = 'ASKED' then
        if changed <@ array['found_price', 'found_by_id', 'found_at', 'quote_id']
           and new.found_by_id is not distinct from app_user() and app_has(app_may_change(), old.person_id) then
            return new;
        end if;
    elsif old.state = 'ASKED' and new.state in ('APPROVED', 'REFUSED') then
        if changed <@ answer
           and old.waits_for_id is null and new.public_sentence <> ''
           and new.decided_by_id is not distinct from app_user() and app_is('MANAGER')
           and app_has(app_may_change(), old.person_id) then
            return new;
        end if;
    end if;
    raise exception 'a request does not go that way' using errcode = 'insufficient_privilege';
end
$$;
