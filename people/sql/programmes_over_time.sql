-- Whether someone stays on a programme, and how much help they have: decided once, by a manager, and it stays.
create function people_review_goes_its_way() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if current_user in ('rehab_web', 'rehab_worker') and (
        old.state <> 'OPEN' or new.state <> 'KEPT'
        or new.decided_by_id = (select e.asked_by_id from people_enrolment e where e.id = new.enrolment_id)) then
        raise exception 'this is not decided so' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
create trigger goes_its_way before update on people_eligibilityreview
    for each row execute function people_review_goes_its_way();

create function people_tier_goes_its_way() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if current_user not in ('rehab_web', 'rehab_worker')
       or tg_op = 'INSERT' and new.state = 'ASKED'
       or tg_op = 'UPDATE' and (old.state, new.state) in (('ASKED', 'IN_FORCE'), ('ASKED', 'REFUSED'), ('IN_FORCE', 'OVER'))
          and (old.state = 'ASKED' or row(old.decided_by_id, old.answer) is not distinct from row(new.decided_by_id, new.answer))
    then
        return new;
    end if;
    raise exception 'a tier does not go that way' using errcode = 'insufficient_privilege';
end
$$;
create trigger goes_its_way before insert or update on people_tierdecision
    for each row execute function people_tier_goes_its_way();
revoke all on function people_review_goes_its_way(), people_tier_goes_its_way() from public;
