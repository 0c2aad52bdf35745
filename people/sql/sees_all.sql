-- Whether the acting user sees everyone whom they see at this level. `app_sees` keeps where the same people are kept.
create function app_sees_all(lowest integer) returns boolean language plpgsql stable security definer
set search_path = public, pg_temp as $$
declare
    turn app_turn;
begin
    select * into turn from app_turn where xid = pg_current_xact_id_if_assigned() order by seq desc limit 1;
    if turn.user_id is null then
        return false;
    end if;
    if app_kept(turn, 'app.seen_' || lowest) is null then
        perform app_sees(1);
    end if;
    return app_kept(turn, 'app.seen_' || lowest) = 'app.seen_1';
end
$$;
