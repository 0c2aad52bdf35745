-- Whether the acting user may change the record of this one person: what `app_may_change()` says of everyone, who are not
-- worked out where one is asked about. A test holds the two against each other.
create function app_may_change(person bigint) returns boolean language plpgsql stable security definer
set search_path = public, pg_temp as $$
declare
    acting app_turn;
    known bit varying;
begin
    select * into acting from app_turn where xid = pg_current_xact_id_if_assigned() order by seq desc limit 1;
    if acting.user_id is null then
        return false;
    end if;
    select p.people into known from app_turn_people p
    where p.place = 'change' and p.clock = coalesce(current_setting('app.now', true), '') and p.turn = (
        select min(seq) from app_turn t
        where t.xid = acting.xid and t.user_id = acting.user_id and t.role_id is not distinct from acting.role_id);
    if found then
        return app_has(known, person);
    end if;
    return exists (
        select from people_accessgrant g
        where g.participant_id = person and g.level >= 3 and g.why not in ('BREAK_GLASS', 'SELF')
          and g.starts_at <= app_now() + interval '5 seconds' and (g.ends_at is null or g.ends_at > app_now())
          and (g.team_id = any (app_teams()) or g.user_id = (
                select u.id from people_user u where u.id = acting.user_id and u.is_active))
    ) and not exists (
        select from people_exclusion e
        where e.participant_id = person and e.user_id = acting.user_id
          and e.starts_at <= app_now() and (e.ends_at is null or e.ends_at > app_now())
    ) and not exists (
        select from people_participant p where p.id = person and p.merged_into_id is not null
    ) and (person = any (app_self()) or not exists (
        select from people_restriction r
        where r.participant_id = person and r.starts_at <= app_now() and (r.ends_at is null or r.ends_at > app_now())
          and not exists (select from people_allowed a where a.restriction_id = r.id and a.user_id = acting.user_id)
    ));
end
$$;
revoke all on function app_may_change(bigint) from public;
