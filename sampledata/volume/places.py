"""Areas, teams, the practitioners and managers in them, and who looks over all."""

from __future__ import annotations

from people.models import DeliveryUnit, Membership, Region, Team, User
from sampledata.volume.sql import Ground, insert, last_id, quoted
from sampledata.volume.words import FAMILY, GIVEN, PLACES

OVER_ALL = ("COMMISSIONER", "ADMINISTRATOR", "DATA_PROTECTION")
LONG_AGO = 1200  # days: every team was there before the first of its people


def generate(ground: Ground) -> dict[str, int]:
    region, _ = Region.objects.get_or_create(code="GROWN", defaults={"name": "Invented region"})
    first = last_id("people_deliveryunit")  # numbers that no earlier growth has used
    place = f"(array[{', '.join(map(quoted, PLACES))}])[1 + n % {len(PLACES)}]"
    units = insert(
        ground,
        DeliveryUnit,
        {"code": f"'G' || ({first} + n)", "name": f"{place} || ' ' || ({first} + n)", "region_id": str(region.pk)},
        f"from generate_series(1, {ground.units}) n order by n",
    )
    team_first = last_id("people_team")
    teams = insert(
        ground,
        Team,
        {"name": f"u.name || ', team ' || ({team_first} + n)", "kind": "'PROBATION'", "delivery_unit_id": "u.id"},
        f"""from generate_series(1, {ground.teams}) n
            join (select id, name, row_number() over (order by id) - 1 as nth from people_deliveryunit
                  where {ground.new("people_deliveryunit")}) u on u.nth = n % {ground.units} order by n""",
    )
    return {"areas": units, "teams": teams, "practitioners": _staff(ground)}


def _staff(ground: Ground) -> int:
    """Ten practitioners a team and two managers, one to decide and one to pay; each in one team. The wide team's
    practitioners come first. One commissioner, administrator and data-protection officer come last."""
    first = last_id("people_user")
    placed = ground.practitioners + 2 * ground.teams
    everyone, wide = placed + len(OVER_ALL), int(ground.wide > 0)
    over_all = ", ".join(map(quoted, OVER_ALL))
    insert(
        ground,
        User,
        {
            "name": f"{ground.pick('n', 'staff given', GIVEN)} || ' ' || {ground.pick('n', 'staff family', FAMILY)}",
            "email": f"'staff.' || ({first} + n) || '@grown.example'",
            "password": "'!'",
            "created_at": f"{ground.day} - {LONG_AGO}",
        },
        f"from generate_series(1, {everyone}) n order by n",
    )
    insert(
        ground,
        Membership,
        {
            "user_id": "u.id",
            "team_id": "t.id",
            "role": f"""case when u.nth < {ground.practitioners} then 'PRACTITIONER'
                when u.nth < {placed} then 'MANAGER' else (array[{over_all}])[1 + u.nth - {placed}] end""",
            "starts_on": f"{ground.day} - {LONG_AGO}",
        },
        f"""from (select id, row_number() over (order by id) - 1 as nth from people_user
                  where {ground.new("people_user")}) u
            left join (select id, row_number() over (order by id) - 1 as nth from people_team
                  where {ground.new("people_team")}) t
              on u.nth < {placed} and t.nth = case when u.nth < {ground.wide} then 0
                 when u.nth < {ground.practitioners} then {wide} + (u.nth - {ground.wide}) % {ground.teams - wide}
                 else u.nth % {ground.teams} end""",
    )
    return ground.practitioners
