"""Where the story happens: three invented areas, laid over real outcodes so that distances mean something."""

from __future__ import annotations

from people.models import DeliveryUnit, Office, Outcode, Prison, Region

OUTCODES = [
    ("PR1", 53.76, -2.70, "Northbridge"),
    ("PR2", 53.78, -2.72, "Northbridge"),
    ("PR5", 53.73, -2.66, "Millbrook"),
    ("BB1", 53.76, -2.47, "Millbrook"),
    ("BB2", 53.74, -2.51, "Millbrook"),
    ("HU1", 53.74, -0.34, "Harbourside"),
    ("HU3", 53.74, -0.37, "Harbourside"),
    ("HU5", 53.76, -0.37, "Harbourside"),
]
AREAS = {
    "DEMO-NB": ("Northbridge", ["PR1", "PR2"]),
    "DEMO-MB": ("Millbrook", ["PR5", "BB1", "BB2"]),
    "DEMO-HS": ("Harbourside", ["HU1", "HU3", "HU5"]),
}


def build() -> dict[str, DeliveryUnit]:
    """The region, areas, offices, prison and outcodes of the story, by area code."""
    region, _ = Region.objects.get_or_create(code="DEMO", defaults={"name": "Demo region"})
    Prison.objects.get_or_create(code="DEMO", defaults={"name": "Northbridge (HMP)"})
    for code, latitude, longitude, town in OUTCODES:
        Outcode.objects.get_or_create(code=code, defaults={"latitude": latitude, "longitude": longitude, "town": town})
    units = {}
    for code, (name, outcodes) in AREAS.items():
        units[code], _ = DeliveryUnit.objects.get_or_create(code=code, defaults={"name": name, "region": region})
        Office.objects.get_or_create(
            code=code,
            defaults={
                "name": f"{name} office",
                "address": f"1 Station Road, {name}, {outcodes[0]} 1AA",
                "outcode": outcodes[0],
                "region": region,
            },
        )
    return units
