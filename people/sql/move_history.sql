-- Whose this row is: the person that it names, or that the row above it names.
create or replace function people_of_row(tab regclass, row_id bigint) returns bigint
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    above name;
    parent regclass;
    found bigint;
begin
    select a.attname, c.confrelid into above, parent
      from pg_attribute a left join pg_constraint c on c.conrelid = tab and c.contype = 'f' and c.conkey = array[a.attnum]
      where a.attrelid = tab and a.attname in ('participant_id', 'plan_id', 'sentence_id')
      order by a.attname = 'participant_id' desc limit 1;
    execute format('select %I from %s where id = $1', above, tab) into found using row_id;
    return case when above = 'participant_id' or found is null then found else people_of_row(parent, found) end;
end
$$;
revoke all on function people_of_row(regclass, bigint) from public;

-- Moves history to another record when two records are merged, and back when the merge is undone. History is otherwise
-- only added to. Nothing but the reference may change, and only for a merge that stands, between rows of the two records
-- that it is of. `stays` are rows of the table itself whose history stays where it is. Answers with the history_ids that moved.
create or replace function people_move_history(
    merge_id bigint, tab regclass, col name, source bigint, target bigint, stays bigint[], only_these bigint[]
) returns bigint[]
language plpgsql security definer
set search_path = public, pg_temp
as $$
declare
    moved bigint[];
    theirs bigint[];
    parent regclass;
    source_of bigint := source;
    target_of bigint := target;
begin
    if not app_is_service() then
        raise exception 'only the service moves history' using errcode = 'insufficient_privilege';
    end if;
    if not exists (  -- a table of ours, and a column that says whose the row is: never who wrote it
        select from pg_class c
        where c.oid = tab and c.relnamespace = 'public'::regnamespace and c.relowner = current_user::regrole
          and c.relname ~ '^[a-z]+_historical[a-z]+$'
    ) or col::text not in ('participant_id', 'merged_into_id', 'plan_id', 'sentence_id', 'requirement_id') then
        raise exception '% is no history of ours', tab using errcode = 'insufficient_privilege';
    end if;
    select array[m.gone_id, m.kept_id] into theirs from people_merge m where m.id = merge_id and m.undone_at is null;
    if col not in ('participant_id', 'merged_into_id') then  -- rows of those two, in the table that the key points at
        select c.confrelid into parent from pg_constraint c join pg_attribute a
            on a.attrelid = c.conrelid and c.conkey = array[a.attnum] and a.attname = col
            where c.contype = 'f' and c.conrelid = replace(tab::text, '_historical', '_')::regclass;
        source_of := people_of_row(parent, source);
        target_of := people_of_row(parent, target);
    end if;
    if (array[source_of, target_of] <@ theirs) is not true then
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
