-- Whether the actor may move this budget's money, or (for null) a fund's own, as in books.sql: of the one person alone.
create or replace function budgets_may_post(budget bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select app_is_service() or (budget is null and app_is('FINANCE')) or (app_is('MANAGER') and (
        budget is null or app_may_change((select b.person_id from budgets_budget b where b.id = budget))
    ))
$$;
