-- Whether this account is of someone who works here: it holds, or held, another role than a participant's.
create function app_is_staff(account bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select app_user() is not null
       and exists (select from people_membership m where m.user_id = account and m.role <> 'PARTICIPANT')
$$;
