-- An agreement goes its way: proposed, decided by a manager where it is cash, signed, and stopped. Its terms are fixed.
create function budgets_agreement_goes_its_way() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    changed text[];
begin
    if current_user not in ('rehab_web', 'rehab_worker') then
        return new;
    end if;
    if tg_op = 'INSERT' then
        if new.state = (case when new.way in ('NOMINEE', 'CARD', 'DIRECT') then 'WITH_SENIOR' else 'TO_SIGN' end)
           and num_nulls(new.decided_by_id, new.signed_by_id, new.ended_by_id) = 3 and new.barred = '{}' then
            return new;
        end if;
        raise exception 'an agreement begins without an answer' using errcode = 'insufficient_privilege';
    end if;
    changed := array(
        select after.key from jsonb_each(to_jsonb(new)) after where after.value is distinct from to_jsonb(old) -> after.key
    );
    if changed = '{}' then
        return new;
    elsif old.state = 'WITH_SENIOR' and new.state in ('TO_SIGN', 'REFUSED') then
        if changed <@ array['state', 'decided_by_id', 'decided_at', 'reason'] and app_is('MANAGER')
           and new.decided_by_id is not distinct from app_user() then
            return new;
        end if;
    elsif old.state = 'TO_SIGN' and new.state = 'IN_FORCE' then
        -- By hand, with the paper on the file. What the person signs on their own pages the service writes.
        if new.signed_how = 'BY_HAND' and exists (
               select from people_document d join budgets_budget b on b.id = new.budget_id
               where d.id = new.signed_document_id and d.participant_id = b.person_id)
           and changed <@ array['state', 'signed_how', 'signed_by_id', 'signed_at', 'signed_document_id', 'next_check_on'] then
            return new;
        end if;
    elsif (old.state, new.state) in (('WITH_SENIOR', 'TAKEN_BACK'), ('TO_SIGN', 'TAKEN_BACK'), ('TO_SIGN', 'DECLINED'),
                                     ('IN_FORCE', 'STOPPED')) then
        if changed <@ array['state', 'ended_by_id', 'ended_at', 'ended_why', 'failed'] then
            return new;
        end if;
    elsif old.state = 'IN_FORCE' and changed = array['next_check_on'] then
        return new;
    end if;
    raise exception 'an agreement does not go that way' using errcode = 'insufficient_privilege';
end
$$;
create trigger goes_its_way before insert or update on budgets_wayagreement
    for each row execute function budgets_agreement_goes_its_way();
revoke all on function budgets_agreement_goes_its_way() from public;
