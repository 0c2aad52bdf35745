-- Nobody meets with a participant's account: reminders say the number of whoever one meets.
create function engagement_with_staff() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if exists (select from people_participant p where p.user_id = new.with_user_id) then
        raise exception 'a meeting is with someone who works here' using errcode = 'insufficient_privilege';
    end if;
    return null;
end
$$;
revoke all on function engagement_with_staff() from public;
create trigger with_staff after insert or update of with_user_id on engagement_appointment for each row
    when (current_user in ('rehab_web', 'rehab_worker')) execute function engagement_with_staff();
