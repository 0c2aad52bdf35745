-- Every name that a person may be looked for by: the name on the record, the name they like to be called with their
-- family name, and each other name. The rows are made from the record whenever one of those is written, so they follow
-- it when it is corrected, merged, unmerged or erased. Nobody reads them but people_called, which is the owner's.
create table people_searchname (
    participant bigint not null,  -- whom it leads to: a record that was merged leads to the one that stayed
    record bigint not null,  -- whose name it is
    words text not null,  -- folded, with a blank at each end: ' jordan ashworth '
    joined text not null  -- the same without blanks, in both orders: ' jordanashworth ashworthjordan '
);
revoke all on people_searchname from public, rehab_web, rehab_worker, rehab_service;

-- A name as it is compared: no accents, small letters, no apostrophes or full stops, one blank between words; and where
-- spellings of one name differ most, no difference: y is i (Smyth), and a letter counts once (Phillip).
create function people_folded(name text) returns text language sql immutable strict parallel safe
set search_path = public, pg_temp
return btrim(regexp_replace(translate(regexp_replace(
    regexp_replace(lower(unaccent('unaccent'::regdictionary, normalize(name, NFC))), '[''’‘`´.·]', '', 'g'),
    '[\s_/\\,;:()"“”%*+?|‐‑–—-]+', ' ', 'g'
), 'y', 'i'), '(.)\1+', '\1', 'g'));

create function people_search_row(to_whom bigint, of_record bigint, given text, family text) returns people_searchname
language sql immutable set search_path = public, pg_temp as $$
    select (
        to_whom, of_record, ' ' || btrim(one || ' ' || two) || ' ',
        ' ' || replace(one || two, ' ', '') || ' ' || replace(two || one, ' ', '') || ' '
    )::people_searchname
    from (select people_folded(given) as one, people_folded(family) as two) folded
$$;

create function people_name_again(of_record bigint) returns void language sql security definer
set search_path = public, pg_temp as $$
    delete from people_searchname where record = of_record;
    insert into people_searchname
    select (people_search_row(coalesce(p.merged_into_id, p.id), p.id, named.given, named.family)).*
    from people_participant p
    cross join lateral (
        select p.given_name as given, p.family_name as family
        union
        select p.preferred_name, p.family_name where p.preferred_name <> ''
        union
        select o.given_name, o.family_name from people_othername o where o.participant_id = p.id
    ) named
    where p.id = of_record
$$;
revoke all on function people_name_again(bigint) from public;

create function people_name_changed() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if tg_table_name = 'people_participant' then
        perform people_name_again(new.id);
    else
        if tg_op <> 'INSERT' then
            perform people_name_again(old.participant_id);
        end if;
        if tg_op <> 'DELETE' then
            perform people_name_again(new.participant_id);
        end if;
    end if;
    return null;
end
$$;
create trigger named after insert on people_participant for each row execute function people_name_changed();
create trigger named_again after update of given_name, family_name, preferred_name, merged_into_id on people_participant
    for each row when (
        (old.given_name, old.family_name, old.preferred_name, old.merged_into_id)
        is distinct from (new.given_name, new.family_name, new.preferred_name, new.merged_into_id)
    ) execute function people_name_changed();
create trigger named after insert or update or delete on people_othername
    for each row execute function people_name_changed();

create function people_names_emptied() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    truncate people_searchname;
    return null;
end
$$;
create trigger names_emptied after truncate on people_participant execute function people_names_emptied();

insert into people_searchname
select (people_search_row(coalesce(p.merged_into_id, p.id), p.id, named.given, named.family)).*
from people_participant p
cross join lateral (
    select p.given_name as given, p.family_name as family
    union
    select p.preferred_name, p.family_name where p.preferred_name <> ''
) named;
create index people_searchname_by_record on people_searchname (record);
create index people_searchname_by_person on people_searchname (participant);
create index people_searchname_by_words on people_searchname using gin (words gin_trgm_ops);
create index people_searchname_by_joined on people_searchname using gin (joined gin_trgm_ops);

-- Who is called something like this, the likest first? `asked` is JSON: for each word, the word as it was typed and then
-- other forms of it (Mike, Michael). Each word has to fit: a name that has it inside, or, from five letters on, one that
-- is spelt like it (0.45: "Ashwerth" is 0.5 of Ashworth). One or two letters are how a name begins.
-- Or all words, written as one, are how the name begins. It gives ids alone, of those whom the acting user sees in full;
-- `most` of them, or all. The service sees everyone.
create function people_called(asked jsonb, most integer) returns setof bigint
language plpgsql stable security definer rows 100
set search_path = public, pg_temp
set pg_trgm.word_similarity_threshold = 0.45
as $$
declare
    forms jsonb;
    form text;
    word text;
    tests text[] := '{}';
    test text;
    whole text := '';
    run text;
    seen bit varying;
    few bigint[];
begin
    for forms in select * from jsonb_array_elements(asked) limit 6 loop
        word := people_folded(forms ->> 0);
        continue when word is null or word = '';
        whole := btrim(whole || ' ' || word);
        test := format('words like %L', case when length(word) < 3 then '% ' else '%' end || word || '%');
        if length(word) > 4 then
            test := test || format(' or words %%> %L', word);
        end if;
        for form in select people_folded(value) from jsonb_array_elements_text(forms - 0) loop
            test := test || format(' or words like %L', '% ' || form || ' %');
        end loop;
        tests := tests || ('(' || test || ')');
    end loop;
    if cardinality(tests) = 0 then
        return;
    end if;
    test := array_to_string(tests, ' and ');
    run := replace(whole, ' ', '');
    if length(run) > 4 or run ~ '[^[:ascii:]]' then
        test := format('(%s) or joined like %L', test, '% ' || run || '%');
    end if;
    if app_is_service() then
        return query execute format(
            'select participant from people_searchname where %s group by 1'
            ' order by max(word_similarity($1, words)) desc, 1 limit $2', test) using whole, most;
        return;
    end if;
    -- Who sees few has each of their people looked at; who sees many has the names looked up first.
    seen := app_visible(3);
    if bit_count(seen) <= 2000 then
        few := array(select id from app_granted_levels() where app_has(seen, id));
        test := format('participant = any($4) and (%s)', test);
    else
        test := format('(%s) and app_has($3, participant)', test);
    end if;
    return query execute format(
        'select participant from people_searchname where %s group by 1'
        ' order by max(word_similarity($1, words)) desc, 1 limit $2', test) using whole, most, seen, few;
end
$$;
revoke all on function people_called(jsonb, integer) from public;
grant execute on function people_called(jsonb, integer) to rehab_web, rehab_worker, rehab_service;
drop function people_near(text, bigint[]);
