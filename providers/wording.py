"""What search finds a service by, beside its name and description; and names made readable."""

from __future__ import annotations

from collections.abc import Iterable

from lifeplans.needs import Need
from providers.models import Service
from providers.needs import contract_type_words

MOST = 60_000  # letters; a search vector has a largest size
AS_THEY_ARE = frozenset(
    [
        "CIC",
        "CRC",
        "DVIP",
        "EM",
        "GM",
        "GMWSA",
        "IDAS",
        "KSS",
        "MI",
        "NHS",
        "NWPS",
        "PS",
        "PSS",
        "RFEA",
        "SHP",
        "UK",
        "YSS",
    ]
)
IN_FULL = {
    "ASSOC": "Association", "BUS": "Business", "CAMBS": "Cambridgeshire", "CTR": "Centre", "DERBS": "Derbyshire",
    "EOE": "East of England", "FT": "Foundation Trust", "GRP": "Group", "INIT": "Initiative",
    "LTD": "Ltd", "NOTT": "Nottingham", "PART": "Partnership", "SUP": "Support", "AL": "Alliance",
    "TECH": "Technology", "TR": "Trust", "TRST": "Trust", "WA": "Women's Aid", "WMNS": "Women's", "WOM": "Women's",
    "WOMENS": "Women's", "YATH": "Yorkshire and the Humber",
}  # fmt: skip
SMALL_WORDS = frozenset(["and", "for", "in", "of", "on", "the"])
KNOWN = {
    "CATCH_22_CHARITY_LTD": "Catch22", "COMMUNITY_LED_INIT": "Community Led Initiatives", "POPS": "POPS",
    "PACT": "Pact", "PRISON_ADVICE_CARE_TRST": "Prison Advice and Care Trust", "V_I_A": "Via",
    "INSPIRIT_T_D": "Inspirit T&D",
    "ST_MUNGOS": "St Mungo's", "CAIS_LTD": "CAIS Ltd", "NEPACS": "Nepacs", "ACCESS_2_ADVICE": "Access2Advice",
    "HOUSING_4_WOMEN": "Housing for Women", "CATCH_22": "Catch22", "NOTT_WOMENS_CENTRE": "Nottingham Women's Centre",
    "LINCS_ACTION_TRUST": "Lincolnshire Action Trust", "ANAWIM": "Anawim", "HIBISCUS_INIT": "Hibiscus Initiatives",
}  # fmt: skip


def name_from_code(code: str) -> str:
    """ "WOMENS_CTR_CORNWALL" → "Women's Centre Cornwall"."""  # noqa: D400
    return KNOWN.get(code) or " ".join(
        _word(word, first=index == 0) for index, word in enumerate(code.split("_")) if word
    )


def _word(word: str, *, first: bool) -> str:
    if word in AS_THEY_ARE:
        return word
    if word.lower() in SMALL_WORDS and not first:
        return word.lower()
    return IN_FULL.get(word, word.capitalize())


def words_for(service: Service, *, others: Iterable[str] = (), does: Iterable[str] = ()) -> str:
    """Everything worth finding this service by: who provides it, which needs, where, and what is done."""
    kind = contract_type_words(service.contract_type) if service.contract_type else ""
    places = [str(place) for place in (service.region, service.police_area, service.address) if place]
    town = [service.outcode.town] if service.outcode else []
    needs = [Need(need).label for need in service.needs]
    said = [service.provider.name, kind, *needs, *others, *places, *town, *does]
    return ". ".join(dict.fromkeys(text.strip() for text in said if text and text.strip()))[:MOST]
