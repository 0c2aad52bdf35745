"""Who can help with this, near here? Words (misspelt too), need, place and fit; nearest and most fitting first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db import connection
from django.db.models import Case, Expression, F, FloatField, Q, Value, When
from django.db.models.functions import ASin, Cast, Cos, Greatest, Least, Power, Radians, Sin, Sqrt

from people.models import Office, Outcode, Region
from providers.models import Charge, Service
from providers.models.services import ServiceQuerySet

EARTH = 3958.8  # miles
PAGE = 25
ANYWHERE = 0
ALIKE = "0.45"
TAKEN = {"MEN": "allows_male", "WOMEN": "allows_female"}
NO_PRICE = [Charge.FREE, Charge.CONTRACTED]


@dataclass(frozen=True)
class Sought:
    """What someone is looking for. Everything but the day may be left open."""

    today: date
    words: str = ""
    need: str = ""
    outcode: Outcode | None = None
    within: int = ANYWHERE  # miles
    region: Region | None = None
    age: int | None = None
    who: str = ""  # "MEN" or "WOMEN"
    takes: str = ""  # the same, of whom it is for: services that cannot take them are left out
    no_price: bool = False


def find(sought: Sought) -> ServiceQuerySet:
    """The services that fit, best first. Services with no exact place count where their region is the one meant."""
    services = Service.objects.available(sought.today).select_related("provider", "region", "police_area", "outcode")
    services = _fitting(services, sought)
    services = _placed(services, sought)
    return _worded(services, sought.words.strip()).order_by(
        F("rank").desc(), F("miles").asc(nulls_last=True), "name", "pk"
    )


def _fitting(services: ServiceQuerySet, sought: Sought) -> ServiceQuerySet:
    if sought.need:
        services = services.filter(needs__contains=[sought.need])
    if sought.age is not None:
        services = services.for_someone_aged(sought.age)
    for who in filter(None, (sought.who, sought.takes)):
        services = services.filter(**{TAKEN[who]: True})
    return services.filter(charge__in=NO_PRICE) if sought.no_price else services


def _placed(services: ServiceQuerySet, sought: Sought) -> ServiceQuerySet:
    """Keep services that are near enough, that cover the region, or that cover everywhere."""
    services = services.annotate(miles=miles_from(sought.outcode) if sought.outcode else _nothing())  # type: ignore[no-redef]
    if sought.region is None and sought.outcode is None:
        return services
    covers = Q(outcode=None) & (Q(region=None) | Q(region=sought.region)) if sought.region else Q(outcode=None)
    if sought.outcode is None:
        return services.filter(Q(region=sought.region) | Q(region=None))
    return services.filter(covers | (Q(miles__lte=sought.within) if sought.within else Q(outcode__isnull=False)))


def _worded(services: ServiceQuerySet, words: str) -> ServiceQuerySet:
    """Search by words; where that finds nothing, by similar spelling."""
    if not words:
        return services.annotate(rank=Value(0.0, FloatField()))  # type: ignore[no-redef]
    query = SearchQuery(words, config="english", search_type="websearch")
    understood = services.filter(search=query)
    if understood.exists():
        fit = Cast(SearchRank(F("search"), query), FloatField())
        return understood.annotate(rank=fit)  # type: ignore[no-redef]
    _allow_misspelling()
    alike = services.filter(
        Q(name__trigram_word_similar=words) | Q(words__trigram_word_similar=words) | Q(words__icontains=words)
    )
    closeness = Greatest(TrigramWordSimilarity(words, "name"), TrigramWordSimilarity(words, "words"))
    return alike.annotate(rank=Cast(closeness, FloatField()))  # type: ignore[no-redef]


def _allow_misspelling() -> None:
    """Set the similarity that counts, for this transaction: "accomadation" and "accommodation" have 0.59."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('pg_trgm.word_similarity_threshold', %s, true)", [ALIKE])


def _nothing() -> Expression:
    return Value(None, FloatField())


def miles_from(outcode: Outcode, to: str = "outcode__") -> Expression:
    """Miles along the earth from the middle of one outcode to the middle of another: good to a few miles only."""
    here_latitude, here_longitude = Radians(Value(outcode.latitude)), Radians(Value(outcode.longitude))
    there_latitude, there_longitude = Radians(F(f"{to}latitude")), Radians(F(f"{to}longitude"))
    north = Power(Sin((there_latitude - here_latitude) / 2.0), 2)
    east = Power(Sin((there_longitude - here_longitude) / 2.0), 2)
    chord = north + Cos(here_latitude) * Cos(there_latitude) * east
    miles = Cast(2 * EARTH * ASin(Sqrt(Least(chord, Value(1.0)))), FloatField())
    return Case(When(**{f"{to}latitude__isnull": False}, then=miles))  # `least` passes over nulls, so keep them out


def region_near(outcode: Outcode) -> Region | None:
    """The region of the nearest probation office: an outcode itself does not say which region it lies in."""
    offices = list(Office.objects.exclude(outcode="").select_related("region"))
    nearest = (
        Outcode.objects.filter(code__in={office.outcode for office in offices})
        .annotate(miles=miles_from(outcode, to=""))
        .order_by("miles", "code")
        .values_list("code", flat=True)
        .first()
    )
    return next((office.region for office in offices if office.outcode == nearest), None)
