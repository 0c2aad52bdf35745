"""A directory of providers and their services, and people referred to them."""

from __future__ import annotations

from lifeplans.needs import Need
from people.models import Outcode, Region
from providers.models import Provider, Referral, Service
from sampledata.volume.loading import fast
from sampledata.volume.sql import Ground, insert, last_id, quoted
from sampledata.volume.words import PLACES

SERVICES, OFFERED = 5, 4  # people to a service; services to a provider
REFERRED = 3  # one person in so many
HELP = [
    "Mentoring", "Debt advice", "Supported lodgings", "Literacy class", "Football group", "Job club", "Family visits",
    "Recovery group", "Gardening", "Counselling", "Driving lessons", "Choir",
]  # fmt: skip
TELLS = [
    "One to one, once a week, at a pace that suits you.",
    "A small group that meets on two evenings, with food.",
    "Help with forms, letters and phone calls.",
    "Someone goes along with you to the first appointment.",
]
STATES = ["SENT"] * 2 + ["ACCEPTED"] * 3 + ["DELIVERED"] * 3 + ["DECLINED"]


def generate(ground: Ground) -> dict[str, int]:
    with fast("providers_service"):
        made = {"providers": _providers(ground), "services": _services(ground)}
    with fast("providers_referral"):
        return {**made, "referrals": _referrals(ground)}


def _providers(ground: Ground) -> int:
    place, first = ground.pick("n", "provider", PLACES), last_id("providers_provider")
    return insert(
        ground,
        Provider,
        {
            "name": f"{place} || ' ' || {ground.pick('n', 'kind of provider', ['Trust', 'Project', 'House', 'Works'])}"
            f" || ' ' || ({first} + n)",
            "external_id": f"'grown-' || ({first} + n)",
            "source": "'OPEN_REFERRAL'",
            "email": f"'provider.' || ({first} + n) || '@grown.example'",
            "added_on": f"{ground.day} - 400",
        },
        f"from generate_series(1, greatest(1, {ground.people} / {SERVICES * OFFERED})) n order by n",
    )


def _services(ground: Ground) -> int:
    """Spread over every region and outcode there is; words name the help, the place and the needs."""
    kind = ground.pick("s.id * 7 + n", "help", HELP)
    needs = [need.value for need in Need]
    first_need, second_need = ground.pick("s.id * 7 + n", "need", needs), ground.pick("s.id * 7 + n", "also", needs)
    regions = list(Region.objects.order_by("pk").values_list("pk", flat=True))
    outcodes = list(Outcode.objects.order_by("pk").values_list("pk", flat=True)[:3000])
    return insert(
        ground,
        Service,
        {
            "ref": "md5('grown service ' || s.id || ' ' || n)::uuid",
            "provider_id": "s.id",
            "source": "'OPEN_REFERRAL'",
            "external_id": "'grown-' || s.id || '-' || n",
            "name": f"{kind} || ', ' || s.name",
            "description": ground.pick("s.id * 7 + n", "tells", TELLS),
            "needs": f"(select array_agg(distinct need) from unnest(array[{first_need}, {second_need}]) need)",
            "charge": "'FREE'",
            "region_id": f"{ground.pick('s.id', 'region', [str(pk) for pk in regions])}::bigint",
            "outcode_id": ground.pick("s.id * 7 + n", "outcode", outcodes) if outcodes else "null",
            "added_on": f"{ground.day} - 400",
            "words": f"s.name || ' ' || {kind}",
        },
        f"""from providers_provider s cross join generate_series(1, {OFFERED}) n
            where {ground.new("providers_provider", "s.id")} order by s.id, n""",
    )


def _referrals(ground: Ground) -> int:
    """The same practitioner sends them; whoever was declined has been seen."""
    state = ground.pick("a.id", "referral", STATES)
    sent = f"({ground.day} - (20 + {ground.roll('a.id', 'sent', 60)})::int)"
    first = f"(select min(id) from providers_service where {ground.new('providers_service')})"
    many = f"(select count(*) from providers_service where {ground.new('providers_service')})"
    when = {
        "accepted_on": f"case when {state} in ('ACCEPTED', 'DELIVERED') then {sent} + 3 end",
        "declined_on": f"case when {state} = 'DECLINED' then {sent} + 3 end",
        "delivered_on": f"case when {state} = 'DELIVERED' then {sent} + 18 end",
        "seen_on": f"case when {state} = 'DECLINED' then {sent} + 4 end",
    }
    return insert(
        ground,
        Referral,
        {
            "reference": "'G' || upper(lpad(to_hex(a.id), 7, '0'))",
            "participant_id": "a.participant_id",
            "service_id": f"first.id + {ground.roll('a.id', 'service', 2**31)} % first.many",
            "need": "'EMPLOYMENT'",
            "reason": quoted("Wants to work, and has nobody to ask."),
            "told": quoted("Would like help to look for work."),
            "sent_on": sent,
            "sent_by_id": "a.practitioner_id",
            "state": state,
            "accepted_name": f"case when {state} in ('ACCEPTED', 'DELIVERED') then 'Sam Invented' else '' end",
            "decline_reason": f"case when {state} = 'DECLINED' then 'FULL' else '' end",
            "seen_by_id": f"case when {state} = 'DECLINED' then a.practitioner_id end",
            **when,
        },
        f"""from people_assignment a cross join (select {first} as id, {many} as many) first
            where {ground.new("people_assignment", "a.id")} and {ground.roll("a.id", "referred", REFERRED)} = 0""",
    )
