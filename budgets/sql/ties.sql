-- Nobody decides or pays what was asked for by whom they know outside work, whichever of the two said so.
create function budgets_tied(who bigint, variadic whom bigint[]) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (select from budgets_interest i where i.ended_at is null
                   and (i.user_id = who and i.colleague_id = any (whom) or i.colleague_id = who and i.user_id = any (whom)))
$$;
revoke all on function budgets_tied(bigint, bigint[]) from public;

create or replace function budgets_decider_has_no_interest() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    who bigint;
    whom bigint;
    hands bigint[];
begin
    if tg_table_name = 'budgets_payment' then
        who := new.recorded_by_id;
        select s.person_id, array[s.started_by_id, s.asked_by_id, s.decided_by_id] into whom, hands
            from budgets_commitment c join budgets_spendrequest s on s.id = c.spend_id where c.id = new.commitment_id;
    else
        who := new.decided_by_id;
        select b.person_id into whom from budgets_budget b where b.id = new.budget_id;
        if tg_table_name = 'budgets_spendrequest' then
            hands := array[new.started_by_id, new.asked_by_id];
        else
            hands := array[new.asked_by_id];
        end if;
    end if;
    if budgets_has_interest(who, whom) then
        raise exception 'whoever knows the person outside work does not decide about their money'
            using errcode = 'check_violation', constraint = 'no_interest_in_whom_one_decides_about';
    elsif budgets_tied(who, variadic hands) then
        raise exception 'whoever knows a colleague outside work does not decide or pay what they asked for'
            using errcode = 'check_violation', constraint = 'no_interest_in_who_asks';
    end if;
    return null;
end
$$;

-- Whether this user may vote on this case today: on the panel of its programme, with no part in it, no interest in the
-- person or in who asks, and no sight of their record.
create or replace function budgets_may_vote(of_case bigint, who bigint) returns boolean language sql stable security definer
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
          and not budgets_tied(who, s.started_by_id, s.asked_by_id)
          and exists (select from budgets_roles_of(who) r where r.role = 'PANEL')
          and not exists (
              select from people_accessgrant g
              where g.participant_id = s.person_id and g.starts_at <= app_now()
                and (g.ends_at is null or g.ends_at > app_now())
                and (g.user_id = who or g.team_id in (select r.team_id from budgets_roles_of(who) r))))
$$;

-- What a panel decides is the largest sum that more than half of its votes would give, with votes enough.
create or replace function budgets_panel_said() returns trigger language plpgsql security definer
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
          and not budgets_has_interest(v.member_id, new.person_id)
          and not budgets_tied(v.member_id, new.started_by_id, new.asked_by_id);
    if coalesce(cardinality(sums), 0) < rules.panel_quorum or rules.panel_lived and not lived
       or not (hands @> new.decided_by_panel and hands <@ new.decided_by_panel)
       or coalesce(new.granted, 0) is distinct from sums[cardinality(sums) / 2 + 1]
       or new.started_by_id = any (voters) or new.asked_by_id = any (voters) then
        raise exception 'that is not what the panel said' using errcode = 'check_violation';
    end if;
    return null;
end
$$;

-- Whoever had a part in what an order pays for: who wrote, sent or decided it; and whoever knows one of these outside work.
create or replace function budgets_had_a_part(of_commitment bigint, who bigint) returns boolean language sql stable
security definer set search_path = public, pg_temp as $$
    select exists (
        select from budgets_commitment c join budgets_spendrequest s on s.id = c.spend_id
        where c.id = of_commitment
          and (who = any (s.decided_by_panel
                          || array_remove(array[s.started_by_id, s.asked_by_id, s.decided_by_id], null))
               or budgets_tied(who, s.started_by_id, s.asked_by_id, s.decided_by_id)))
$$;
