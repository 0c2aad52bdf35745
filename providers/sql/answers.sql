-- A provider's answer that staff write down names them: without a name it would read as the provider's own, by its link.
create function providers_answer_has_a_name() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if current_user in ('rehab_web', 'rehab_worker') and not app_is('PROVIDER') and (
        new.state = 'ACCEPTED' and new.accepted_by_id is null
        or new.state = 'DECLINED' and new.declined_by_id is null
        or new.state = 'DELIVERED' and new.delivered_by_id is null
    ) then
        raise exception 'an answer that staff write down says that someone else did it' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
revoke all on function providers_answer_has_a_name() from public;
create trigger answer_has_a_name before update of state on providers_referral for each row
    when (new.state is distinct from old.state) execute function providers_answer_has_a_name();
