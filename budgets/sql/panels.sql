-- Panels: who may vote, that a case is closed with its request, and that the answer is what the votes say.

-- The roles that a user has today, and in which team.
create function budgets_roles_of(who bigint) returns table (role text, team_id bigint) language sql stable security definer
set search_path = public, pg_temp as $$
    select m.role, m.team_id from people_membership m
    where m.user_id = who
      and (app_now() at time zone 'Europe/London')::date between m.starts_on and coalesce(m.ends_on, 'infinity')
$$;

-- Whether this user may vote on this case today: on the panel of its programme, with
-- no part in it, no interest in the person, and no sight of their record.
create function budgets_may_vote(of_case bigint, who bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (
        select from budgets_panelcase c join budgets_spendrequest s on s.id = c.spend_id
        join people_participant p on p.id = s.person_id
        left join budgets_spendrequest f on f.id = s.appeals_id
        join budgets_panelmember m on m.programme_id = c.programme_id and m.user_id = who
        where c.id = of_case
          and (app_now() at time zone 'Europe/London')::date between m.starts_on and coalesce(m.ends_on, 'infinity')
          and not who = any (
              array_remove(array[s.started_by_id, s.asked_by_id, p.user_id, c.sent_by_id, f.decided_by_id], null)
              || coalesce(f.decided_by_panel, '{}'))
          and not budgets_has_interest(who, s.person_id)
          and exists (select from budgets_roles_of(who) r where r.role = 'PANEL')
          and not exists (
              select from people_accessgrant g
              where g.participant_id = s.person_id and g.starts_at <= app_now()
                and (g.ends_at is null or g.ends_at > app_now())
                and (g.user_id = who or g.team_id in (select r.team_id from budgets_roles_of(who) r))))
$$;
-- The same, of whoever acts.
create function budgets_on_panel(of_case bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$ select budgets_may_vote(of_case, app_user()) $$;
revoke all on function budgets_roles_of(bigint), budgets_may_vote(bigint, bigint), budgets_on_panel(bigint) from public;
grant execute on function budgets_on_panel(bigint) to rehab_web, rehab_worker;

-- How much a request is about: an appeal is about as much as the request whose answer it is against.
create function budgets_at_stake(asked budgets_spendrequest) returns bigint language sql stable security definer
set search_path = public, pg_temp as $$
    select greatest(asked.amount, (select f.amount from budgets_spendrequest f where f.id = asked.appeals_id))
$$;
create or replace function budgets_manager_may_decide() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if budgets_at_stake(new) > (budgets_rules_in_force(new.budget_id, new.decided_at)).manager_limit then
        raise exception 'a panel decides above this sum' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
revoke all on function budgets_at_stake(budgets_spendrequest) from public;

-- A case is of what waits and is more than one manager decides, of its own programme and sum.
create function budgets_case_is_the_requests() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if not exists (
        select from budgets_spendrequest s join budgets_budget b on b.id = s.budget_id
        join people_enrolment e on e.id = b.enrolment_id
        where s.id = new.spend_id and s.state = 'ASKED' and s.waits_for_id is null and s.amount = new.amount
          and s.purpose = new.purpose and e.programme_id = new.programme_id
          and budgets_at_stake(s) > (budgets_rules_in_force(s.budget_id, new.sent_at)).manager_limit)
       or num_nulls(new.closed_at, new.granted) < 2 or new.problem <> '' then
        raise exception 'that is not for a panel' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger case_is_the_requests after insert on budgets_panelcase
    for each row execute function budgets_case_is_the_requests();

create function budgets_case_closes() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    update budgets_panelcase set closed_at = coalesce(new.decided_at, app_now()),
        granted = case when new.state in ('APPROVED', 'REFUSED') then coalesce(new.granted, 0) end
        where spend_id = new.id and closed_at is null;
    return null;
end
$$;
create trigger case_closes after update of state on budgets_spendrequest
    for each row when (old.state = 'ASKED' and new.state <> 'ASKED') execute function budgets_case_closes();

-- Each votes for themselves, or a manager writes their vote down from the minutes; and only they say it was not so.
create function budgets_vote_is_theirs() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    whose bigint;
begin
    if not exists (select from budgets_panelcase c where c.id = new.case_id and c.closed_at is null
                   and new.amount <= c.amount) and tg_op = 'INSERT' then
        raise exception 'this is not waiting for votes' using errcode = 'check_violation';
    end if;
    if app_is_service() then
        return new;
    end if;
    if tg_op = 'UPDATE' then
        if old.denied_at is null and new.found_at is null and new.member_id = app_user() and new.by_id <> new.member_id
           or old.denied_at is not null and new.denied_at = old.denied_at and old.found_at is null
              and new.found_by_id = app_user() and new.found_by_id <> new.by_id and app_is('MANAGER') then
            return new;
        end if;
    elsif new.denied_at is null and new.by_id = app_user() and budgets_may_vote(new.case_id, new.member_id) then
        select s.person_id into whose from budgets_panelcase c join budgets_spendrequest s on s.id = c.spend_id
            where c.id = new.case_id;
        if new.member_id = new.by_id or not new.stands_aside and app_is('MANAGER') and app_has(app_may_change(), whose)
           and exists (select from people_document d where d.id = new.minutes_id and d.participant_id = whose)
           and not budgets_has_interest(new.by_id, whose)
           and not exists (select from budgets_panelvote v
                           where v.case_id = new.case_id and v.member_id = new.member_id and v.denied_at is not null)
           and not exists (select from budgets_panelcase c join budgets_spendrequest s on s.id = c.spend_id
                           left join budgets_spendrequest f on f.id = s.appeals_id
                           where c.id = new.case_id and (new.by_id in (s.started_by_id, s.asked_by_id, f.decided_by_id)
                                                         or new.by_id = any (f.decided_by_panel))) then
            return new;
        end if;
    end if;
    raise exception 'this vote is not yours to write' using errcode = 'insufficient_privilege';
end
$$;
create trigger vote_is_theirs before insert or update on budgets_panelvote
    for each row execute function budgets_vote_is_theirs();

-- What a panel decides is the largest sum that more than half of its votes would give, with votes enough.
create function budgets_panel_said() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    rules budgets_moneyrules := budgets_rules_in_force(new.budget_id, new.decided_at);
    sums bigint[];
    voters bigint[];
    hands bigint[];
    lived boolean;
begin
    select array_agg(v.amount order by v.amount desc), array_agg(v.member_id),
           array_agg(v.member_id) || array_agg(v.by_id) || array_agg(c.sent_by_id),
           bool_or(exists (select from budgets_panelmember m where m.user_id = v.member_id
                           and m.programme_id = c.programme_id and m.lived_experience))
        into sums, voters, hands, lived
        from budgets_panelvote v join budgets_panelcase c on c.id = v.case_id
        where c.spend_id = new.id and v.denied_at is null and not v.stands_aside
          and not budgets_has_interest(v.member_id, new.person_id);
    if coalesce(cardinality(sums), 0) < rules.panel_quorum or rules.panel_lived and not lived
       or not (hands @> new.decided_by_panel and hands <@ new.decided_by_panel)
       or coalesce(new.granted, 0) is distinct from sums[cardinality(sums) / 2 + 1]
       or new.started_by_id = any (voters) or new.asked_by_id = any (voters) then
        raise exception 'that is not what the panel said' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger panel_said after insert or update of decided_by_panel, granted on budgets_spendrequest
    for each row when (new.decided_by_panel <> '{}') execute function budgets_panel_said();

-- Nobody pays it who sent it to the panel, voted or wrote votes down.
create or replace function budgets_payer_is_a_third() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    payer bigint;
    paid_for bigint;
begin
    if tg_table_name = 'budgets_transaction' then
        payer := new.by_id;
        paid_for := new.spend_id;
    else
        payer := new.recorded_by_id;
        select c.spend_id into paid_for from budgets_commitment c where c.id = new.commitment_id;
    end if;
    if not exists (select from budgets_spendrequest s
                   where s.id = paid_for and s.state = 'APPROVED' and s.decided_at is not null
                     and not payer = any (s.decided_by_panel || array_remove(
                         array[s.started_by_id, s.asked_by_id, s.decided_by_id], null))) then
        perform budgets_refuse_two_hands();
    end if;
    return null;
end
$$;

-- Whoever had a part in the first answer, by a vote too, gives no second one.
create or replace function budgets_decider_is_a_second() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if new.decided_by_id in (new.started_by_id, new.asked_by_id)
       or exists (select from budgets_spendrequest s where s.id = new.appeals_id and (
                  s.decided_by_id = new.decided_by_id or new.decided_by_id = any (s.decided_by_panel)
                  or s.decided_by_id = any (new.decided_by_panel) or s.decided_by_panel && new.decided_by_panel))
       or exists (select from budgets_transaction t where t.spend_id = new.id and t.kind = 'PAY'
                  and t.by_id in (new.started_by_id, new.asked_by_id, new.decided_by_id)) then
        perform budgets_refuse_two_hands();
    end if;
    return null;
end
$$;
drop trigger decider_is_a_second on budgets_spendrequest;
create trigger decider_is_a_second after insert or update of started_by_id, asked_by_id, decided_by_id, decided_by_panel
    on budgets_spendrequest for each row execute function budgets_decider_is_a_second();

-- A request goes its way, as before: no one writes by hand that a panel decided.
create or replace function budgets_request_goes_its_way() returns trigger language plpgsql
set search_path = public, pg_temp as $$
declare
    changed text[];
begin
    if current_user not in ('rehab_web', 'rehab_worker') then
        return new;
    end if;
    if tg_op = 'INSERT' then
        if new.state not in ('DRAFT', 'ASKED') or num_nulls(new.decided_by_id, new.decided_by_rule_id, new.granted) < 3
           or new.decided_by_panel <> '{}' or new.not_prohibited or new.checked <> '[]' or new.public_sentence <> '' then
            raise exception 'a request begins without an answer' using errcode = 'insufficient_privilege';
        end if;
        return new;
    end if;
    changed := array(
        select after.key from jsonb_each(to_jsonb(new)) after where after.value is distinct from to_jsonb(old) -> after.key
    );
    if changed = '{}' then
        return new;
    elsif old.state = 'DRAFT' then
        if new.state in ('DRAFT', 'ASKED') and not changed && array[
               'budget_id', 'started_by_id', 'decided_by_id', 'decided_by_rule_id', 'decided_by_panel', 'reason',
               'not_prohibited', 'checked', 'granted', 'public_sentence'] then
            return new;
        end if;
    elsif old.state = 'ASKED' and new.state = 'WITHDRAWN' then
        if changed <@ array['state'] then
            return new;
        end if;
    elsif old.state = 'ASKED' and new.state in ('APPROVED', 'REFUSED') then
        if changed <@ array['state', 'reason', 'decided_by_id', 'decided_at', 'not_prohibited', 'checked', 'granted',
                            'public_sentence']
           and old.waits_for_id is null and new.public_sentence <> ''
           and new.decided_by_id is not distinct from app_user() and app_is('MANAGER')
           and app_has(app_may_change(), old.person_id) then
            return new;
        end if;
    end if;
    raise exception 'a request does not go that way' using errcode = 'insufficient_privilege';
end
$$;
revoke all on function budgets_case_is_the_requests(), budgets_case_closes(), budgets_vote_is_theirs(),
    budgets_panel_said() from public;
