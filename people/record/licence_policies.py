"""The licence policies, as data in our own words. A new version is added here and never changes one before it.

The days from which each is in force are this service's: an area that changes over on another day changes them here
before it loads them. `load` puts in what is missing, so it can be run again; a case keeps the version it was given.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple


class Said(NamedTuple):
    """A condition: what staff read, what the person reads, and what has to be filled in."""

    code: str
    category: str
    text: str
    plain: str
    asks: str = ""
    touches_money: bool = False


STANDARD = "Standard conditions"
V3_STANDARD = [
    Said("good-behaviour", STANDARD, "Be of good behaviour and do nothing that undermines the purpose of the licence.", "Behave well, and do nothing that works against your licence."),
    Said("no-offence", STANDARD, "Commit no offence.", "Do not commit a crime."),
    Said("keep-in-touch", STANDARD, "Keep in touch with the supervising officer as instructed.", "Keep in touch with your practitioner, as they ask."),
    Said("receive-visits", STANDARD, "Receive visits from the supervising officer as instructed.", "Let your practitioner visit you when they ask."),
    Said("approved-address", STANDARD, "Live at an address the supervising officer approves, and ask before staying anywhere else.", "Live where your practitioner has agreed. Ask first before you stay anywhere else, even for one night."),
    Said("name-change", STANDARD, "Tell the supervising officer of any other name used.", "Tell your practitioner if you use another name."),
    Said("contact-change", STANDARD, "Tell the supervising officer of any change to contact details.", "Tell your practitioner if your phone, e-mail or address changes."),
    Said("approved-work", STANDARD, "Work only where the supervising officer approves, paid or unpaid.", "Ask your practitioner before you take a job, paid or not."),
    Said("no-travel", STANDARD, "Not travel outside the United Kingdom, the Channel Islands or the Isle of Man without permission.", "Do not leave the UK, the Channel Islands or the Isle of Man unless you have been told you may."),
]  # fmt: skip
V4_STANDARD = [
    Said("behaviour-and-crime", STANDARD, "Behave well, commit no crime, and do nothing that works against the purpose of the licence.", "Behave well and do not commit any crime."),
    Said("keep-in-touch", STANDARD, "Keep in touch with the probation practitioner as told to, and let them visit.", "Keep in touch with your practitioner. Let them visit you when they ask."),
    Said("approved-address", STANDARD, "Live at an address the practitioner has agreed, and ask before staying anywhere else.", "Live where your practitioner has agreed. Ask first before you stay anywhere else, even for one night."),
    Said("name-change", STANDARD, "Tell the practitioner before using another name.", "Tell your practitioner if you use another name."),
    Said("contact-change", STANDARD, "Tell the practitioner when contact details change.", "Tell your practitioner if your phone, e-mail or address changes."),
    Said("approved-work", STANDARD, "Ask the practitioner before starting work, paid or unpaid.", "Ask your practitioner before you take a job, paid or not."),
    Said("no-travel", STANDARD, "Stay in the United Kingdom, the Channel Islands and the Isle of Man unless told otherwise.", "Do not leave the UK, the Channel Islands or the Isle of Man unless you have been told you may."),
    Said("passports", STANDARD, "Tell the practitioner of any passport held, and of applying for one.", "Tell your practitioner about any passport you have, or ask for."),
]  # fmt: skip
ADDITIONAL = [
    Said("live-at", "Where to live", "Live at the place named and stay there each night.", "Live at the place named here, and sleep there every night.", "The address"),
    Said("no-contact-person", "Contact with a person", "Not seek to contact or come near the people named, by any means.", "Do not contact the people named here, in any way, yourself or through others.", "The people, by name"),
    Said("no-contact-children", "Contact with a person", "Not be alone with a child under the age given unless the practitioner and social services agree.", "Do not be alone with a child under this age, unless it has been agreed.", "The age"),
    Said("tell-relationships", "Contact with a person", "Tell the practitioner of any close relationship that develops.", "Tell your practitioner if you start a close relationship."),
    Said("stay-out", "Freedom of movement", "Not enter the area marked on the map given without permission.", "Do not go into the area on the map you were given.", "The area, as on the map"),
    Said("no-venues", "Freedom of movement", "Not go to the kind of place named without permission.", "Do not go to places of this kind unless you have been told you may.", "The kind of place"),
    Said("curfew", "Curfew", "Stay at the approved address between the hours given.", "Stay in where you live between these hours.", "The hours"),
    Said("report", "Supervision", "Report to the place named at the times given.", "Go to this place at these times.", "The place and the times"),
    Said("attend-programme", "Programmes", "Take part in the programme named.", "Take part in this programme.", "The programme"),
    Said("see-specialist", "Health", "Attend all appointments arranged with the health worker named.", "Go to all your appointments with this health worker.", "The kind of health worker"),
    Said("drug-test", "Drugs and alcohol", "Give samples to test for the drugs named.", "Give a sample for a drug test when asked.", "The drugs"),
    Said("alcohol-monitor", "Drugs and alcohol", "Drink no alcohol and wear a tag that checks for it.", "Do not drink alcohol. Wear the tag that checks.", "Until when"),
    Said("tag-location", "Electronic monitoring", "Wear a tag that shows location, keep it charged and leave it as it is.", "Wear the tag that shows where you are, and keep it charged.", "Until when"),
    Said("no-items", "Possessions", "Not own or hold the things named without permission.", "Do not own or carry these things unless you have been told you may.", "The things"),
    Said("one-phone", "Possessions", "Have one phone and one SIM card only, and give their details to the practitioner.", "Have one phone and one SIM card, and tell your practitioner about them."),
    Said("vehicle-details", "Disclosure", "Give the practitioner details of any vehicle owned, hired or driven.", "Tell your practitioner about any car or van you own, hire or drive."),
    Said("payslips", "Disclosure", "Show the practitioner payslips each month.", "Show your practitioner your payslip each month.", "", True),
    Said("bank-details", "Money and assets", "Give details of every bank account, card and crypto wallet held or used.", "Tell your practitioner about every bank account, card and crypto wallet you have or use.", "", True),
    Said("cash-limit", "Money and assets", "Not hold cash above the value given without permission.", "Do not hold more cash than this, unless you have been told you may.", "The most, in pounds", True),
    Said("asset-limit", "Money and assets", "Tell the practitioner before getting or selling anything worth more than the value given.", "Tell your practitioner before you buy or sell anything worth more than this.", "The value, in pounds", True),
    Said("no-transfers", "Money and assets", "Not send or receive money for another person without permission.", "Do not send or take money for someone else, unless you have been told you may.", "", True),
    Said("no-gambling", "Gambling", "Not gamble, or enter any place or site for gambling.", "Do not gamble, in a shop or online.", "", True),
    Said("internet-history", "Internet and devices", "Use the internet only on devices agreed, keep their history, and show it when asked.", "Use only the devices agreed. Do not clear their history. Show it when asked.", "The devices"),
    Said("no-extremist-material", "Extremism", "Not seek, hold or share material that promotes extremist views.", "Do not look for, keep or share extremist material."),
    Said("no-associates", "Serious organised crime", "Not meet or contact people known to be in the group named.", "Do not meet or contact people in this group.", "The group"),
    Said("polygraph", "Polygraph", "Take polygraph tests when told to.", "Take a lie detector test when you are told to."),
    Said("no-undermining", "Conduct", "Not approach or post about the matter named.", "Do not post or speak in public about this.", "The matter"),
]  # fmt: skip
POLICIES: list[tuple[str, str, date, list[Said]]] = [
    ("V3", "Licence policy version 3", date(2023, 7, 1), V3_STANDARD),
    ("V4", "Licence policy version 4, in plain language", date(2026, 2, 2), V4_STANDARD),
]


def load(policies: Any, conditions: Any) -> None:
    """Add the policies and conditions that are missing. Takes managers, because a migration has its own."""
    for code, name, in_force_from, standard in POLICIES:
        policy, _ = policies.get_or_create(code=code, defaults={"name": name, "in_force_from": in_force_from})
        there = set(conditions.filter(policy=policy).values_list("code", flat=True))
        every = [("STANDARD", said) for said in standard] + [("ADDITIONAL", said) for said in ADDITIONAL]
        conditions.bulk_create(
            conditions.model(policy=policy, kind=kind, position=position, **said._asdict())
            for position, (kind, said) in enumerate(every)
            if said.code not in there
        )
