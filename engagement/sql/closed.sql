-- What was closed stays as it was closed.
create function engagement_stays_closed() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if current_user in ('rehab_web', 'rehab_worker') and old.closed_at is not null then
        raise exception 'a closed alert stays as it is' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
revoke all on function engagement_stays_closed() from public;
create trigger stays_closed before update on engagement_alert for each row execute function engagement_stays_closed();
