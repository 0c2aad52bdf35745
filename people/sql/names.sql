-- Whether the acting user may know whose account this is: a colleague's, or that of a participant whom they see.
create function app_names(account bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select app_user() is not null and (
        not exists (
            select from people_participant p
            where p.user_id = account and coalesce(p.merged_into_id, p.id) <> all ((select app_sees(1))::bigint[])
        ) or exists (select from people_membership m where m.user_id = account and m.role <> 'PARTICIPANT')
    )
$$;
