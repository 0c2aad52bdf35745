-- An account says whether it is of someone who works here: false for the service, and while a participant's is the only
-- role. One with no role yet is taken to be staff's. The database keeps it, whoever writes the account or its roles.
create function people_says_works_here() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    new.works_here := new.email is distinct from 'service@good-lives.invalid' and (
        select coalesce(bool_or(m.role <> 'PARTICIPANT'), true) from people_membership m where m.user_id = new.id
    );
    return new;
end
$$;
create trigger says_works_here before update of works_here on people_user
    for each row execute function people_says_works_here();

create function people_role_says_works_here() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if tg_op <> 'INSERT' then
        update people_user set works_here = works_here where id = old.user_id;
    end if;
    if tg_op <> 'DELETE' then
        update people_user set works_here = works_here where id = new.user_id;
    end if;
    return null;
end
$$;
create trigger says_works_here after insert or delete or update of role, user_id on people_membership
    for each row execute function people_role_says_works_here();
update people_user set works_here = works_here;
