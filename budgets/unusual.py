"""Who decided or paid for someone to whom they had given a way to sign in: a line of unusual use."""

from __future__ import annotations

from people.rights.unusual import Kind

# Within a year before. For 90 days it is refused (budgets/services.py), so what is found here came later, or past it.
GAVE_THEN_DECIDED = (
    Kind.WAY_IN,
    """
    with acts as (
        select r.decided_by_id as who, r.decided_at as at, e.participant_id from budgets_spendrequest r
        join budgets_budget b on b.id = r.budget_id join people_enrolment e on e.id = b.enrolment_id
        where r.decided_at >= %(from)s and r.decided_at < %(until)s
        union all
        select p.recorded_by_id, p.recorded_at, e.participant_id from budgets_payment p
        join budgets_commitment c on c.id = p.commitment_id join budgets_spendrequest r on r.id = c.spend_id
        join budgets_budget b on b.id = r.budget_id join people_enrolment e on e.id = b.enrolment_id
        where p.recorded_at >= %(from)s and p.recorded_at < %(until)s
    )
    select u.id, u.name, (acts.at at time zone %(zone)s)::date,
        string_agg(distinct person.crn, ', ' order by person.crn)
            || ': gave a way to sign in, or changed it, in the year before'
    from acts join people_user u on u.id = acts.who join people_participant person on person.id = acts.participant_id
    where exists (
        select from people_signinchange s
        where s.participant_id = acts.participant_id and s.account_id <> acts.who
            and (s.by_id = acts.who or (s.written_by_id = acts.who and s.typed))
            and s.kind in ('PHONE', 'EMAIL', 'LETTER') and s.at < acts.at and s.at >= acts.at - interval '1 year'
    )
    group by 1, 2, 3
    """,
)
