-- Audit checkpoints and erasures are written by the worker alone, as the service.
create function people_only_by_night() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if pg_has_role(session_user, 'rehab_web', 'member')
       and not pg_has_role(session_user, (select relowner from pg_class where oid = tg_relid), 'member') then
        raise exception '% is written by the worker alone', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger only_by_night before insert on people_auditcheckpoint for each row execute function people_only_by_night();
create trigger only_by_night before insert on people_erasure for each row execute function people_only_by_night();
revoke insert on people_auditcheckpoint, people_erasure from rehab_web, rehab_worker;
