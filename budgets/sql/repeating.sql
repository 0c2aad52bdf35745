-- A request serves something that the court asks of the same person.
create function budgets_requirement_is_theirs() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if not exists (
        select from people_requirement r join people_sentence s on s.id = r.sentence_id
        where r.id = new.requirement_id and s.participant_id = new.person_id) then
        raise exception 'a row stays as it is' using errcode = 'insufficient_privilege';
    end if;
    return null;
end
$$;
create trigger requirement_is_theirs after insert or update of requirement_id on budgets_spendrequest
    for each row when (current_user in ('rehab_web', 'rehab_worker') and new.requirement_id is not null)
    execute function budgets_requirement_is_theirs();
revoke all on function budgets_requirement_is_theirs() from public;
