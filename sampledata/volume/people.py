"""People, their own accounts, who leads them and who may see them."""

from __future__ import annotations

from django.db import connection
from django.db.models import GeneratedField

from people.models import AccessGrant, Assignment, CohortTag, Membership, Participant, Prison, RiskBand, User
from sampledata.volume.loading import fast
from sampledata.volume.sql import Ground, insert
from sampledata.volume.words import FAMILY, GIVEN, OUTCODES, PHONES

CRNS = 26_000_000  # a letter and six figures; a step of 7,368,787 visits each once, in no order one would notice
CRN = "chr(65 + (place / 1000000)::int) || lpad((place % 1000000)::text, 6, '0')"
# Another spelling of the same number, so that it is as unique: one of four letters, four figures, two letters.
PRISON_NUMBER = """chr(87 + (place / 6760000)::int) || lpad((place % 10000)::text, 4, '0')
                || chr(65 + (place / 10000 % 26)::int) || chr(65 + (place / 260000 % 26)::int)"""
RISKS = [RiskBand.LOW] * 5 + [RiskBand.MEDIUM] * 9 + [RiskBand.HIGH] * 5 + [RiskBand.VERY_HIGH]


def generate(ground: Ground) -> dict[str, int]:
    prison, _ = Prison.objects.get_or_create(code="GROWN", defaults={"name": "HMP Invented"})
    with fast("people_participant", "people_historicalparticipant", "people_searchname"):
        people = _people(ground, prison.pk)
        accounts = _accounts(ground)
        _remember(ground)
    with fast("people_assignment"):
        _assign(ground)
    with fast("people_accessgrant"):
        access_grants = _access_grant(ground)
    return {"people": people, "their own accounts": accounts, "rows of sight": access_grants}


def _people(ground: Ground, prison: int) -> int:
    phone = f"{ground.pick('k', 'range', PHONES)} || lpad({ground.roll('k', 'phone', 1000)}::text, 3, '0')"
    tags = ", ".join(f"when {at} then array['{tag}']" for at, tag in enumerate(CohortTag.values)).replace(",", "")
    inside = f"{ground.roll('k', 'where', 100)} < 12"
    return insert(
        ground,
        Participant,
        {
            "ref": "md5('grown ' || crn)::uuid",
            "given_name": ground.pick("k", "given", GIVEN),
            "family_name": ground.pick("k", "family", FAMILY),
            "preferred_name": f"case when {ground.roll('k', 'called', 20)} = 0 then "
            f"{ground.pick('k', 'preferred', GIVEN)} else '' end",
            "date_of_birth": f"{ground.day} - (6700 + {ground.roll('k', 'born', 17_000)})::int",
            "crn": "crn",
            "prison_number": f"case when {inside} then prison_number else '' end",
            "phone": f"case when {ground.roll('k', 'has phone', 10)} < 7 then {phone} else '' end",
            "email": "lower(crn) || '@grown.example'",
            "outcode": ground.pick("k", "outcode", OUTCODES),
            "delivery_unit_id": "u.id",
            "prison_id": f"case when {inside} then {prison} end",
            "whereabouts": f"case when {inside} then 'PRISON' else 'COMMUNITY' end",
            "risk_band": ground.pick("k", "risk", RISKS),
            "cohort_tags": f"(case {ground.roll('k', 'tag', 16)} {tags} else '{{}}' end)::varchar[]",
            "joined_on": f"{ground.day} - (30 + {ground.roll('k', 'joined', 900)})::int",
            "left_on": f"case when {ground.roll('k', 'left', 25)} = 0 then "
            f"{ground.day} - {ground.roll('k', 'gone', 25)} end",
        },
        f"""from (
                select k, {CRN} as crn, {PRISON_NUMBER} as prison_number
                from (select k, (k::bigint * 7368787 + {ground.seed} * 104729) % {CRNS} as place
                      from generate_series(1, {ground.people} + 2 * (select count(*) from people_participant)) k) tried
            ) free
            join (select id, row_number() over (order by id) - 1 as nth from people_deliveryunit
                  where {ground.new("people_deliveryunit")}) u on u.nth = k % {ground.units}
            where not exists (select from people_participant p where p.crn = free.crn)
              and not exists (select from people_participant p where p.prison_number = free.prison_number)
            order by k limit {ground.people}""",
    )


def _accounts(ground: Ground) -> int:
    """One person in three signs in, by e-mail."""
    before = ground.after["people_user"]
    chosen = f"{ground.new('people_participant', 'p.id')} and {ground.roll('p.id', 'portal', 3)} = 0"
    made = insert(
        ground,
        User,
        {
            "name": "p.given_name || ' ' || p.family_name",
            "email": "p.email",
            "password": "'!'",
            "created_at": "p.joined_on",
        },
        f"from people_participant p where {chosen} order by p.id",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""update people_participant p set user_id = u.id from people_user u
                where u.email = p.email and u.id > {before} and {chosen}"""  # noqa: S608
        )
    insert(
        ground,
        Membership,
        {"user_id": "p.user_id", "role": "'PARTICIPANT'", "starts_on": "p.joined_on"},
        f"from people_participant p where {ground.new('people_participant', 'p.id')} and p.user_id is not null",
    )
    return made


def _remember(ground: Ground) -> None:
    """The first line of each person's history."""
    model = Participant.history.model
    own = {given.column for given in model._meta.concrete_fields if not isinstance(given, GeneratedField)}
    columns = ", ".join(str(given.column) for given in Participant._meta.concrete_fields if given.column in own)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""insert into {model._meta.db_table} ({columns}, history_date, history_type)
                select {columns}, joined_on + time '09:00', '+' from people_participant
                where {ground.new("people_participant")}"""  # noqa: S608
        )


def _assign(ground: Ground) -> None:
    """Spread as they come, so that a practitioner's people lie apart in the table as they do in life."""
    insert(
        ground,
        Assignment,
        {"participant_id": "p.id", "practitioner_id": "s.id", "starts_on": "p.joined_on"},
        f"""from people_participant p
            join (select user_id as id, row_number() over (order by user_id) - 1 as nth from people_membership
                  where {ground.new("people_membership")} and role = 'PRACTITIONER') s
              on s.nth = p.id % {ground.practitioners}
            where {ground.new("people_participant", "p.id")} order by p.id""",
    )


def _access_grant(ground: Ground) -> int:
    """What people.services.assign and open_portal write: the practitioner, their team, and the person."""
    since = "p.joined_on + time '09:00'"
    mine = f"""from people_participant p
               join people_assignment a on a.participant_id = p.id and {ground.new("people_assignment", "a.id")}"""
    whys = {
        "ASSIGNED": ("a.practitioner_id", "null::bigint", mine),
        "TEAM": ("null::bigint", "m.team_id", f"{mine} join people_membership m on m.user_id = a.practitioner_id"),
        "SELF": (
            "p.user_id",
            "null::bigint",
            f"from people_participant p where p.user_id is not null and {ground.new('people_participant', 'p.id')}",
        ),
    }
    return sum(
        insert(
            ground,
            AccessGrant,
            {
                "participant_id": "p.id",
                "user_id": user,
                "team_id": team,
                "level": "3",
                "why": f"'{why}'",
                "starts_at": since,
            },
            source,
        )
        for why, (user, team, source) in whys.items()
    )
