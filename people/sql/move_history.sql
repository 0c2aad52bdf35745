-- Moves history to another record when two records are merged, and back when the merge is undone. History is otherwise
-- only added to. Nothing but the reference may change, and only for a merge that stands. `stays` are rows of the table
-- itself whose history stays where it is. Answers with the history_ids that moved.
create function people_move_history(
    merge_id bigint, tab regclass, col name, source bigint, target bigint, stays bigint[], only_these bigint[]
) returns bigint[]
language plpgsql security definer
set search_path = public, pg_temp
as $$
declare
    moved bigint[];
begin
    if current_setting('role') = 'rehab_web' or (session_user = 'rehab_web' and current_setting('role') = 'none') then
        raise exception 'only the service moves history' using errcode = 'insufficient_privilege';
    end if;
    if not exists (  -- a table of ours, and a column that says whose the row is: never who wrote it
        select from pg_class c
        where c.oid = tab and c.relnamespace = 'public'::regnamespace and c.relowner = current_user::regrole
          and c.relname ~ '^[a-z]+_historical[a-z]+$'
    ) or col::text not in ('participant_id', 'merged_into_id', 'plan_id', 'sentence_id', 'requirement_id') then
        raise exception '% is no history of ours', tab using errcode = 'insufficient_privilege';
    end if;
    if not exists (
        select from people_merge m where m.id = merge_id and m.undone_at is null
          and (col <> 'participant_id' or array[source, target] <@ array[m.gone_id, m.kept_id])
    ) then
        raise exception 'merge % does not stand', merge_id using errcode = 'insufficient_privilege';
    end if;
    execute format(
        'with gone as (update %s set %I = $2 where %I = $1 and not (id = any($3))
                       and ($4 is null or history_id = any($4)) returning history_id)
         select coalesce(array_agg(history_id order by history_id), ''{}'') from gone', tab, col, col)
        into moved using source, target, stays, only_these;
    return moved;
end
$$;
revoke all on function people_move_history(bigint, regclass, name, bigint, bigint, bigint[], bigint[]) from public;
grant execute on function people_move_history(bigint, regclass, name, bigint, bigint, bigint[], bigint[])
    to rehab_worker, rehab_service;
