"""What the story's administrator and manager have just done: roles, an invitation, a planned transfer."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from common.days import later
from people.administration import accounts, role_requests
from people.caseload import reallocation
from people.models import Participant, Prison, RiskBand, Role, RoleRequest, Sentence, Team, User
from people.record import adding
from providers import services as referring
from providers.models import Service
from sampledata.demo.staff import Staff

DAY = timedelta(days=1)


def tell(*, staff: Staff, today: date, now: datetime) -> None:
    ada = User.objects.get(email="ada@demo.example")
    priya, tom = staff.practitioners["DEMO-NB"]
    northbridge = priya.current_memberships[0].team
    prison = accounts.create_team(
        name="Resettlement team", kind=Team.Kind.PRISON, prison=Prison.objects.first(), by=ada
    )
    stand_in = role_requests.give_role(  # for Morag, who will be away: so one account holds two roles
        account=priya, role=Role.MANAGER, team=northbridge, starts_on=today, ends_on=today + 20 * DAY, by=ada,
        today=today, now=now,
    )  # fmt: skip
    assert isinstance(stand_in, RoleRequest)
    role_requests.agree(request=stand_in, by=staff.managers["DEMO-NB"], today=today, now=now)
    role_requests.give_role(
        account=staff.practitioners["DEMO-HS"][1], role=Role.PRACTITIONER, team=prison, starts_on=today + 14 * DAY,
        ends_on=None, by=ada, today=today, now=now,
    )  # fmt: skip
    accounts.suspend(account=staff.volunteers[-1], reason="Has moved away. Asked us to close it.", by=ada, now=now)
    role_requests.invite(
        email="dina@demo.example", name="Dina Novak", role=Role.PRACTITIONER, team=northbridge, by=ada, now=now
    )
    assert northbridge
    _add_nobodys_people(northbridge, by=staff.managers["DEMO-NB"], today=today, now=now)
    _refer_someone(priya, today=today, now=now)
    _plan_a_transfer(tom, priya, by=staff.managers["DEMO-NB"], today=today, now=now)


def _add_nobodys_people(team: Team, *, by: User, today: date, now: datetime) -> None:
    """Sentenced yesterday, and nobody leads their case yet."""
    yesterday = today - DAY
    for crn, given, family, born, risk, months in [
        ("X940911", "Dean", "Whitworth", date(1991, 4, 17), RiskBand.MEDIUM, 12),
        ("X940912", "Kelly", "Marsh", date(1984, 9, 2), RiskBand.LOW, 18),
        ("X940913", "Imran", "Sethi", date(2001, 1, 23), RiskBand.HIGH, 24),
    ]:
        ends_on = later(yesterday, months, "month") - DAY
        adding.add_person(
            given_name=given, family_name=family, date_of_birth=born, crn=crn, risk_band=risk,
            delivery_unit=team.delivery_unit, phone=f"+44770090{crn[-4:]}", by=by, today=today, now=now,
            sentence={"kind": Sentence.Kind.COMMUNITY, "starts_on": yesterday, "ends_on": ends_on},
        )  # fmt: skip


def _refer_someone(by: User, *, today: date, now: datetime) -> None:
    """So that a provider with accounts finds a referral that waits, and the outbox holds a link to one."""
    theirs = Service.objects.filter(provider__team__isnull=False).order_by("-pk").first()
    person = Participant.objects.led_by(by, today).exclude(referrals__service=theirs).order_by("pk").first()
    if theirs and person:
        referring.refer(
            participant=person, service=theirs, need="EMPLOYMENT", reason="Asked about it in the last meeting.",
            told="Likes to know beforehand what will happen.", shares=["AREA", "PHONE"], by=by, today=today, now=now,
            send_to=theirs.provider.email,
        )  # fmt: skip


def _plan_a_transfer(giver: User, receiver: User, *, by: User, today: date, now: datetime) -> None:
    people = reallocation.caseload(of=giver, for_user=by, today=today)[:3]
    if people:
        reallocation.transfer(
            from_user=giver, to_user=receiver, people_ids=[person.pk for person in people], by=by,
            starts_on=today + 10 * DAY, note=reallocation.USUAL_NOTE, today=today, now=now,
        )  # fmt: skip
