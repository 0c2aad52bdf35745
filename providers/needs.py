"""How the categories of contracts and feeds, however they are spelt, map to the eight needs of a life plan."""

from __future__ import annotations

import re

from lifeplans.needs import Need

# The nine commissioned categories, and the kinds of contract that cover several of them.
CATEGORIES: dict[str, tuple[Need, ...]] = {
    "accommodation": (Need.ACCOMMODATION,),
    "education training and employment": (Need.EMPLOYMENT,),
    "ete": (Need.EMPLOYMENT,),
    "finance benefits and debt": (Need.FINANCES,),
    "finance benefit and debt": (Need.FINANCES,),
    "dependency and recovery": (Need.DRUGS, Need.ALCOHOL),
    "dependence and recovery": (Need.DRUGS, Need.ALCOHOL),
    "lifestyle and associates": (Need.THINKING,),
    "family and significant others": (Need.RELATIONSHIPS,),
    "emotional wellbeing": (Need.HEALTH,),
    "social inclusion": (Need.RELATIONSHIPS,),
    "womens specific": tuple(Need),
}
CONTRACT_TYPES: dict[str, tuple[str, tuple[Need, ...]]] = {
    "ACC": ("Accommodation", (Need.ACCOMMODATION,)),
    "DNR": ("Dependency and recovery", (Need.DRUGS, Need.ALCOHOL)),
    "ETE": ("Education, training and employment", (Need.EMPLOYMENT,)),
    "FBD": ("Finance, benefits and debt", (Need.FINANCES,)),
    "MTR": ("Mentoring", (Need.RELATIONSHIPS,)),
    "PWB": ("Personal wellbeing", (Need.HEALTH, Need.RELATIONSHIPS, Need.THINKING)),
    "WOS": ("Women's services", ()),
    "WSM": ("Women's services", ()),
}
# Words that give a need away in a feed that has no list of categories.
CLUES: dict[Need, str] = {
    Need.ACCOMMODATION: r"hous(e|ing)|homeless|tenan|accommodation|rent|shelter",
    Need.EMPLOYMENT: r"employ|job|work experience|training|education|learning|literacy|numeracy|skills|college",
    Need.FINANCES: r"debt|money|benefit|financ|budgeting|welfare rights",
    Need.DRUGS: r"drug|substance|addict|recovery",
    Need.ALCOHOL: r"alcohol|drinking|substance|addict|recovery",
    Need.HEALTH: r"health|counsel|therap|wellbeing|well-being|anxiety|depress|fitness|gym|sport",
    Need.RELATIONSHIPS: r"famil|parent|relationship|mentor|befriend|community|volunteer|isolation|lonel",
    Need.THINKING: r"anger|thinking|behaviour|mindfulness|restorative|conflict|gang",
}


def plain(text: str) -> str:
    """One spelling: "Finance, Benefit & Debt (1) Low Intensity" → "finance benefit and debt low intensity"."""
    words = text.lower().replace("&", " and ").replace("'", "").replace("’", "")
    return " ".join(re.sub(r"\(\d+\)|[^a-z ]", " ", words).split())


def needs_of_category(text: str) -> tuple[Need, ...]:
    """The needs that a contract's need area stands for; none where it is not one we know."""
    words = plain(text)
    return next((needs for category, needs in CATEGORIES.items() if words.startswith(category)), ())


def contract_type_words(code: str) -> str:
    """What a contract type such as "DNR-SW" is called."""
    return CONTRACT_TYPES.get(code.split("-")[0], (code, ()))[0]


def needs_of_contract(code: str, areas: list[str]) -> list[str]:
    """The needs of a contract: those of its kind and of the need areas it lists."""
    kind = CONTRACT_TYPES.get(code.split("-")[0], ("", ()))[1]
    found = {*kind, *(need for area in areas for need in needs_of_category(area))}
    if not found and contract_type_words(code) == "Women's services":
        found = set(Need)  # these contracts cover every category, whether or not they list what they do
    return in_order(found)


def needs_in(*texts: str) -> list[str]:
    """The needs that a text speaks of."""
    words = " ".join(texts).lower()
    return in_order({need for need, clue in CLUES.items() if re.search(rf"\b({clue})", words)})


def in_order(needs: set[Need]) -> list[str]:
    return [need.value for need in Need if need in needs]
