-- Which of these people are called something like this? Each word has to fit: a name that has it inside, or, from five
-- letters on, one that is spelt like it (0.45: "Ashwerth" is 0.6 of Ashworth, "Smyth" 0.5 of Smith). One or two letters
-- are how a name begins. The function is the owner's, so that the trigram index serves it beneath row security. It gives
-- ids alone, and only of those it was given and whom the acting user sees in full. The service sees everyone.
do 'begin perform similarity(''load'', ''pg_trgm''); end'; -- its settings can be named once it is there
create or replace function people_near(words text, among bigint[]) returns setof bigint
language plpgsql stable strict security definer rows 100
set search_path = public, pg_temp
set pg_trgm.word_similarity_threshold = 0.45
as $$
declare
    word text;
    safe text;
    tests text[] := '{}';
begin
    if not app_is_service() then
        among := array(select unnest(among) intersect select unnest(app_sees(3)));
    end if;
    foreach word in array (regexp_split_to_array(btrim(words), '\s+'))[1:6] loop
        safe := regexp_replace(word, '([%_\\])', '\\\1', 'g');
        if length(word) < 3 then
            tests := tests || format('(full_name ilike %L or full_name ilike %L or preferred_name ilike %L)',
                                     safe || '%', '% ' || safe || '%', safe || '%');
        else
            tests := tests || format('(full_name ilike %L or preferred_name ilike %L%s)', '%' || safe || '%',
                                     '%' || safe || '%',
                                     case when length(word) > 4 then format(' or full_name %%> %L', word) else '' end);
        end if;
    end loop;
    -- Who sees few has each of their people looked at; who sees many has the names looked up first.
    return query execute
        case when cardinality(among) > 2000
            then 'with near as materialized (select id from people_participant where ' || array_to_string(tests, ' and ')
                 || ') select id from near where id in (select unnest($1))'
            else 'select id from people_participant where id = any($1) and ' || array_to_string(tests, ' and ')
        end using among;
end
$$;
revoke all on function people_near(text, bigint[]) from public;
grant execute on function people_near(text, bigint[]) to rehab_web, rehab_worker, rehab_service;
