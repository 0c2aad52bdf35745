"""Two records of one person become one, and two again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from budgets.models import Account, Entry, Transaction
from budgets.verification import differences
from casework.merging import comparing, merging
from casework.merging.moving import relations_of
from casework.merging.rules import RULES, Clash
from common.postgres.actor import SYSTEM, acting_as
from engagement.models import Alert, Appointment, Contact
from lifeplans.models import Goal, LifePlan, PlanVersion
from people import services
from people.access import emergency, known_addresses, restrictions, sign_in_changes
from people.access.access_history import access_by_day
from people.models import (
    AccessEvent,
    AccessGrant,
    Assignment,
    CircleMember,
    Enrolment,
    Merge,
    Message,
    Participant,
    Sentence,
    Team,
    User,
)  # fmt: skip
from people.record import handovers
from people.rights import retention
from people.sign_in import code_letters
from tests.budgets.conftest import budget, fund, goal, make_budget, make_fund, make_goal, make_programme, make_request  # noqa: F401
from tests.conftest import NOW, TODAY, service_account

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def twin(make_participant, officer):
    """The same person entered a second time."""
    return make_participant(
        "Jordon", "Ashworth", "X100009", officer, preferred_name="Jo", prison_number="A1234BC", risk_band="HIGH"
    )


def meet(person, officer, at, **fields):
    return Appointment.objects.create(
        participant=person, with_user=officer, kind="OFFICE", starts_at=at, ends_at=at + HOUR, arranged_by=officer,
        arranged_at=NOW - DAY, **fields,
    )  # fmt: skip


def plan(person, officer, title="I will find work"):
    made = LifePlan.objects.create(participant=person, started_on=TODAY, started_by=officer, story=f"Story of {person}")
    wanted = Goal.objects.create(
        plan=made, title=title, words_of="PARTICIPANT", proposed_by=officer, proposed_on=TODAY, good="WORK", position=1
    )
    return made, wanted


def alert(person):
    return Alert.objects.create(
        participant=person, raised_at=NOW, kinds=["DRIFT"], facts=["a"], reasons=["b"], due_on=TODAY, next_step="Ring"
    )


def merge(kept, gone, by, take=()):
    return merging.merge(kept=kept, gone=gone, take=set(take), by=by, now=NOW)


def everything() -> dict[str, list[tuple]]:
    """Every row of every table with a person in it, but for the looks and the merges themselves."""
    # What is only ever added to stays, and an account's round (in which its sessions began) never goes back.
    left_out = {"people.AccessEvent", "people.Merge", "people.AccountEvent", "people.User"}
    models = [m for m in apps.get_models() if m._meta.app_label in ("people", "lifeplans", "engagement", "budgets")]
    return {
        m._meta.label: sorted(m._base_manager.values_list(), key=lambda row: str(row[0]))
        for m in models
        if m._meta.label not in left_out and not m.__name__.startswith("Historical")
    }


def test_the_rules_speak_of_every_relation_that_can_be_reached():
    waiting, seen, found = [Participant], set(), set()
    while waiting:
        model = waiting.pop()
        seen.add(model)
        for name, pointing, _ in relations_of(model):
            found.add(name)
            rule = RULES.get(name)
            if rule and rule.clash is Clash.FOLD and pointing not in seen:
                waiting.append(pointing)

    assert found == set(RULES)


def test_everything_moves_and_its_history_with_it(participant, twin, officer, manager):
    contact = Contact.objects.create(participant=twin, at=NOW - DAY, kind="CALL", by=officer, logged_at=NOW)
    meeting = meet(twin, officer, NOW + DAY)
    written, _ = plan(twin, officer)

    merge(participant, twin, manager)

    for row in (contact, meeting, written):
        row.refresh_from_db()
        assert row.participant_id == participant.pk
        assert set(row.history.values_list("participant_id", flat=True)) == {participant.pk}
    twin.refresh_from_db()
    assert twin.merged_into_id == participant.pk
    assert twin.left_on == TODAY


def test_the_record_that_goes_takes_nothing_out_of_sight_and_shows_nowhere(participant, twin, officer, manager):
    merge(participant, twin, manager)

    assert list(Participant.objects.visible_to(officer)) == [participant]
    assert not AccessGrant.objects.filter(participant=twin).exists()
    assert AccessGrant.objects.current(NOW).filter(participant=participant, why="ASSIGNED").count() == 1


def test_one_lead_leads_and_the_other_span_is_ended(participant, twin, officer, other_officer, manager):
    services.assign(participant=twin, practitioner=other_officer, today=TODAY - DAY, now=NOW - DAY, by=officer)

    with pytest.raises(handovers.NotYoursToTransfer):
        merge(participant, twin, manager)
    merge(participant, twin, service_account())

    assert Assignment.objects.current(TODAY).filter(participant__in=[participant, twin]).get().practitioner == officer
    assert not Participant.objects.visible_to(other_officer).exists()


def test_a_lead_moves_where_there_was_none(make_participant, participant, officer, manager):
    alone = make_participant("Jordan", "Ashworth", "X100008")

    merge(alone, participant, manager)

    assert Assignment.objects.current(TODAY).get(participant=alone).practitioner == officer
    assert alone in Participant.objects.visible_to(officer)


def test_two_plans_become_one_and_agreed_versions_stay_as_they_were(participant, twin, officer, manager):
    first, _ = plan(participant, officer)
    second, same = plan(twin, officer, "I WILL find work")
    other = Goal.objects.create(
        plan=second, title="I will read", words_of="PARTICIPANT", proposed_by=officer, proposed_on=TODAY,
        good="KNOWLEDGE", position=2,
    )  # fmt: skip
    version = PlanVersion.objects.create(
        plan=second, number=1, agreed_on=TODAY, snapshot={}, made_by=officer, made_at=NOW
    )

    merge(participant, twin, manager)

    first.refresh_from_db(), same.refresh_from_db(), other.refresh_from_db(), version.refresh_from_db()
    assert first.story == "Story of X100001\n\nStory of X100009"
    assert (same.plan, same.status) == (first, "DROPPED")
    assert (other.plan, other.status) == (first, "PROPOSED")
    assert version.plan == second


def test_one_sentence_entered_twice_is_one_and_keeps_what_each_required(participant, twin, officer, manager):
    kept, gone = Sentence.objects.get(participant=participant), Sentence.objects.get(participant=twin)
    kept.requirements.create(kind="SUPERVISION")
    double, more = gone.requirements.create(kind="SUPERVISION"), gone.requirements.create(kind="DRUG")
    meeting = meet(twin, officer, NOW + DAY, requirement=double)

    merge(participant, twin, manager)

    meeting.refresh_from_db(), more.refresh_from_db()
    assert list(participant.sentences.all()) == [kept]
    assert sorted(kept.requirements.values_list("kind", flat=True)) == ["DRUG", "SUPERVISION"]
    assert meeting.requirement.sentence == kept


def test_where_only_one_may_be_open_the_other_is_ended_and_kept(participant, twin, officer, volunteer, manager):
    for person in (participant, twin):
        alert(person)
        meet(person, officer, NOW + DAY)
        services.add_to_circle(
            participant=person, user=volunteer, relationship="VOLUNTEER", today=TODAY, now=NOW, by=officer
        )

    merge(participant, twin, manager)

    assert Alert.objects.filter(participant=participant).count() == 2
    assert Alert.objects.open().count() == 1
    assert sorted(participant.appointments.values_list("outcome", flat=True)) == ["", "RESCHEDULED"]
    assert CircleMember.objects.filter(participant=participant).count() == 2
    assert CircleMember.objects.filter(participant=participant, ends_on=None).count() == 1


def test_the_values_that_were_chosen_stand_and_unique_ones_leave_the_other_record(participant, twin, manager):
    merge(participant, twin, manager, take=["given_name", "prison_number", "crn", "merged_into"])

    participant.refresh_from_db(), twin.refresh_from_db()
    assert (participant.given_name, participant.prison_number) == ("Jordon", "A1234BC")
    assert (participant.crn, twin.crn, twin.prison_number) == ("X100001", "X100009", "")


def test_a_person_signs_in_to_one_account(participant, twin, make_participant, officer, manager):
    merge(participant, twin, manager)
    twin.user.refresh_from_db()
    assert not twin.user.is_active

    bare = Participant.objects.create(
        given_name="J", family_name="A", crn="X100010", date_of_birth=TODAY, delivery_unit=participant.delivery_unit,
        risk_band="LOW", joined_on=TODAY,
    )  # fmt: skip
    merge(bare, participant, manager)
    bare.refresh_from_db()
    assert bare.user_id is not None
    assert Participant.objects.filter(absorbed=twin).get() == bare


def test_undoing_puts_every_row_and_value_back(participant, twin, officer, volunteer, manager):
    for person in (participant, twin):
        alert(person)
        meet(person, officer, NOW + DAY)
        plan(person, officer)
        services.add_to_circle(
            participant=person, user=volunteer, relationship="VOLUNTEER", today=TODAY, now=NOW, by=officer
        )
        Contact.objects.create(participant=person, at=NOW - DAY, kind="CALL", by=officer, logged_at=NOW)
    before = everything()

    made = merge(participant, twin, manager, take=["given_name", "prison_number", "risk_band", "date_of_birth"])
    assert everything() != before
    merging.undo(merge=made, by=manager, now=NOW + 29 * DAY)

    after = everything()
    told = {"people.Message", "people.SignInChange"}  # the way in waits, and whoever was reached elsewhere was told
    assert {name for name in before if before[name] != after[name]} == told
    twin.user.refresh_from_db()
    assert (twin.user.is_active, twin.user.sign_in_round) == (True, 1)
    assert set(Contact.objects.get(participant=twin).history.values_list("participant_id", flat=True)) == {twin.pk}


def test_what_was_done_since_stays_with_the_record_that_stayed(participant, twin, officer, manager):
    made = merge(participant, twin, manager, take=["given_name"])
    later = Contact.objects.create(participant=participant, at=NOW, kind="CALL", by=officer, logged_at=NOW)
    Participant.objects.filter(pk=participant.pk).update(given_name="Jude")

    merging.undo(merge=made, by=manager, now=NOW + DAY)

    later.refresh_from_db(), participant.refresh_from_db()
    assert later.participant_id == participant.pk
    assert participant.given_name == "Jude"


def test_undoing_is_once_within_thirty_days_and_the_latest_first(participant, twin, make_participant, officer, manager):
    third = make_participant("Jordan", "Ashworth", "X100011", officer)
    first = merge(participant, twin, manager)
    second = merge(third, participant, manager)

    with pytest.raises(merging.CannotUndo, match="Undo that merge first"):
        merging.undo(merge=first, by=manager, now=NOW + DAY)
    with pytest.raises(merging.CannotUndo, match="thirty days"):
        merging.undo(merge=second, by=manager, now=NOW + 31 * DAY)
    merging.undo(merge=second, by=manager, now=NOW + DAY)
    with pytest.raises(merging.CannotUndo):
        merging.undo(merge=second, by=manager, now=NOW + DAY)
    merging.undo(merge=first, by=manager, now=NOW + DAY)
    assert not Participant.objects.filter(merged_into__isnull=False).exists()


def test_a_record_is_not_merged_with_itself_or_twice(participant, twin, manager):
    with pytest.raises(merging.SameRecord):
        merge(participant, participant, manager)
    merge(participant, twin, manager)
    with pytest.raises(merging.AlreadyMerged):
        merge(participant, twin, manager)


def test_the_ledger_is_the_same_before_and_after(budget, participant, twin, officer, manager):  # noqa: F811
    entries = list(Entry.objects.values_list()), list(Transaction.objects.values_list())
    accounts = list(Account.objects.order_by("pk").values_list())
    assert budget.enrolment.participant == participant
    assert entries[0]

    made = merge(twin, participant, manager)
    assert Enrolment.objects.get(pk=budget.enrolment_id).participant == twin
    assert differences() == []
    merging.undo(merge=made, by=manager, now=NOW + DAY)

    assert differences() == []
    assert (list(Entry.objects.values_list()), list(Transaction.objects.values_list())) == entries
    assert list(Account.objects.order_by("pk").values_list()) == accounts
    assert Enrolment.objects.get(pk=budget.enrolment_id).participant == participant


def test_a_place_on_a_programme_wins_over_an_answer_that_said_no(budget, participant, twin, officer, manager):  # noqa: F811
    no = Enrolment.objects.create(
        participant=twin, programme=budget.enrolment.programme, state="NOT_ELIGIBLE", asked_on=TODAY, asked_by=officer
    )

    merge(twin, participant, manager)

    no.refresh_from_db(), budget.enrolment.refresh_from_db()
    assert (no.state, budget.enrolment.state) == ("ENDED", "ENROLLED")
    assert budget.enrolment.participant == twin


def test_history_moves_for_a_standing_merge_and_nothing_else(participant, twin, manager):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select people_move_history(0, 'people_historicalassignment', 'participant_id', %s, %s, '{}', null)",
            [twin.pk, participant.pk],
        )
    made = merge(participant, twin, manager)
    for table in ("budgets_entry", "people_accessevent"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select people_move_history(%s, %s, 'account_id', 1, 2, '{}', null)", [made.pk, table])


def test_a_manager_finds_compares_merges_and_undoes(participant, twin, manager, client_as):
    client = client_as(manager)
    found = client.get(reverse("merge-choose", args=[participant.ref])).content.decode()
    assert "X100009" in found

    address = reverse("merge-compare", args=[participant.ref, twin.ref])
    page = client.get(address).content.decode()
    assert "Jordon" in page
    assert page.count("Different") >= 4
    assert client.post(address, {"take_given_name": "gone"}).status_code == 200
    assert not Merge.objects.exists()

    answers = {name: "gone" for name in re.findall(r'name="(take_\w+)"', page)} | {"sure": "on"}
    answer = client.post(address, answers)
    merge = Merge.objects.get()
    assert answer["Location"] == reverse("merge-detail", args=[merge.pk])
    participant.refresh_from_db()
    assert (participant.given_name, participant.risk_band) == ("Jordon", "HIGH")
    assert {pk for event in AccessEvent.objects.filter(kind="CHANGE") for pk in event.participants} == {
        participant.pk,
        twin.pk,
    }

    assert "Undo this merge" in client.get(answer["Location"]).content.decode()
    client.post(reverse("merge-undo", args=[merge.pk]))
    participant.refresh_from_db()
    assert participant.given_name == "Jordan"
    assert "Undone" in client.get(answer["Location"]).content.decode()


def test_the_old_address_leads_to_the_record_that_stays(participant, twin, officer, other_officer, manager, client_as):
    merge(participant, twin, manager)

    for name in ("person-overview", "people:person-details", "people:contact-change"):
        answer = client_as(officer).get(reverse(name, args=[twin.ref]))
        assert answer["Location"] == reverse(name, args=[participant.ref])
    sent = client_as(officer).post(reverse("people:contact-change", args=[twin.ref]), {"preferred_name": "X"})
    assert sent["Location"] == reverse("person-overview", args=[participant.ref])
    assert client_as(other_officer).get(reverse("person-overview", args=[twin.ref])).status_code == 404
    compared = client_as(manager).get(reverse("merge-compare", args=[participant.ref, twin.ref]), follow=True)
    assert compared.redirect_chain[-1][0] == reverse("merge-choose", args=[participant.ref])


def test_who_looked_speaks_of_both_records(participant, twin, officer, manager, client_as):
    client_as(officer).get(reverse("people:person-details", args=[twin.ref]))
    merge(participant, twin, manager)

    with acting_as(participant.user.pk):
        assert [event["user__name"] for event in access_by_day(participant)] == ["Olive Officer"]


def test_each_side_by_side_names_who_is_whom_and_what_is_equal(participant, twin):
    lines = {line.name: line for line in comparing.lines(participant, twin)}

    assert lines["crn"].differs
    assert not lines["family_name"].differs
    assert lines["date_of_birth"].kept == "9 March 2004"
    assert lines["risk_band"].gone == "High"


def test_the_old_number_finds_the_record_that_stayed(participant, twin, officer, other_officer, manager):
    merge(participant, twin, manager)

    assert list(Participant.objects.visible_to(officer).matching("X100009", by=officer)) == [participant]
    assert not Participant.objects.visible_to(other_officer).matching("X100009", by=other_officer).exists()


def test_a_merged_record_opens_in_no_emergency_and_bars_outlast_an_undo(
    participant, twin, officer, other_officer, manager
):
    merged = merge(participant, twin, manager)
    told = {"reason": "Cousins.", "message": "Ring Mona."}
    restrictions.exclude(participant=participant, user=officer, by=manager, now=NOW, **told)

    opened = emergency.open_in_emergency(crn=twin.crn, reason="Unwell.", by=other_officer, now=timezone.now())
    assert opened.person.pk == participant.pk
    assert not Participant.objects.visible_to(other_officer).filter(pk=twin.pk).exists()
    merging.undo(merge=merged, by=manager, now=NOW)

    assert not Participant.objects.visible_to(officer).filter(pk__in=[participant.pk, twin.pk]).exists()


def test_risk_and_hours_done_come_along_and_the_newest_assessment_counts(participant, twin, officer, manager):
    from people.record import risk

    said = dict.fromkeys(("to_children", "to_known_adult", "to_staff", "to_prisoners", "to_public"), "LOW")
    for person, band, day in ((participant, "LOW", TODAY - DAY), (twin, "HIGH", TODAY)):
        risk.assess(
            participant=person, by=officer, today=TODAY, now=NOW, source="OASYS", assessed_on=day,
            review_by=TODAY + 90 * DAY, **said | {"overall": band, "to_public": band},
        )  # fmt: skip

    made = merge(participant, twin, manager, take=["given_name"])
    participant.refresh_from_db()
    assert [row.overall for row in participant.risk_assessments.newest_first()] == ["HIGH", "LOW"]
    assert participant.risk_band == "HIGH"

    merging.undo(merge=made, by=manager, now=NOW + DAY)
    participant.refresh_from_db()
    assert ([row.overall for row in participant.risk_assessments.all()], participant.risk_band) == (["LOW"], "LOW")


@pytest.mark.parametrize("values", [{"overall": "VERY_HIGH"}, {"note": "Never mind."}])
def test_what_an_assessment_says_is_never_changed_even_by_the_service(participant, officer, values):
    from people.models import RiskAssessment
    from people.record import risk

    said = dict.fromkeys(("to_children", "to_known_adult", "to_staff", "to_prisoners", "to_public", "overall"), "LOW")
    risk.assess(
        participant=participant, by=officer, today=TODAY, now=NOW, source="OASYS", assessed_on=TODAY,
        review_by=TODAY + DAY, **said,
    )  # fmt: skip

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        RiskAssessment.objects.update(**values)


@pytest.fixture
def make_programme_of(db):
    from people.models import Programme

    return lambda code: Programme.objects.create(code=code, name=code.title(), money_model="DISCRETIONARY")


def test_after_an_undo_a_scheme_sees_who_is_on_its_programme_and_nobody_else(
    participant, twin, make_programme_of, officer, manager
):
    from people.models import Team
    from people.programmes import enrolment

    one, two = (Team.objects.create(name=f"Scheme {n}", kind="SCHEME") for n in (1, 2))
    programme = make_programme_of("ours")
    enrolment.run_by(programme=programme, scheme=one, now=NOW, by=service_account())
    asked = enrolment.enrol(participant=twin, programme=programme, by=officer, today=TODAY, now=NOW)
    enrolment.override(enrolment=asked, by=manager, reason="Fits.", today=TODAY, now=NOW)
    made = merge(participant, twin, manager)
    enrolment.run_by(programme=programme, scheme=two, now=NOW, by=service_account())

    merging.undo(merge=made, by=manager, now=NOW + DAY)

    told = AccessGrant.objects.filter(why="ENROLLED", ends_at=None)
    assert set(told.values_list("participant", "team")) == {(twin.pk, two.pk)}


# --- Who signs in to the record that stays -------------------------------------------------------


def test_a_merge_plants_no_number_that_codes_will_go_to(participant, twin, officer, manager):
    """The number came to the record unsaid; the next innocent edit made it the sign-in's."""
    Participant.objects.filter(pk=twin.pk).update(user=None, phone="+447700900999")
    before = participant.user.phone

    merging.merge(kept=participant, gone=twin, take={"phone", "email"}, by=manager, now=NOW)

    kept = Participant.objects.get(pk=participant.pk)
    assert kept.phone == before == kept.user.phone


def test_where_only_the_record_that_goes_has_an_account_its_number_goes_with_it(participant, twin, manager):
    Participant.objects.filter(pk=participant.pk).update(user=None)
    kept = Participant.objects.get(pk=participant.pk)
    account = twin.user

    merging.merge(kept=kept, gone=twin, take=set(), by=manager, now=NOW)

    kept = Participant.objects.get(pk=kept.pk)
    assert (kept.user, kept.phone, kept.email) == (account, account.phone, account.email or "")


@pytest.mark.parametrize("one_account", [False, True])
def test_an_account_that_reads_another_record_waits_and_the_other_is_told(
    participant, twin, officer, manager, one_account
):
    """A look-alike's account had one's plan and money from the moment of the merge, and nobody was told."""
    if one_account:
        Participant.objects.filter(pk=participant.pk).update(user=None)
    for person in (participant, twin):
        for change in person.sign_in_changes.open():
            sign_in_changes.confirm(change=change, by=manager, now=NOW)
    told, rounds = str(participant.phone), twin.user.sign_in_round

    merging.merge(kept=twin, gone=Participant.objects.get(pk=participant.pk), take=set(), by=manager, now=NOW)

    change = Participant.objects.get(pk=twin.pk).sign_in_changes.latest("pk")
    assert (change.account, change.kind, change.state, change.by) == (twin.user, "PHONE", "WAITING", manager)
    messages = Message.objects.filter(dedupe_key__startswith=f"sign-in-change:{change.pk}")
    assert set(messages.values_list("address", flat=True)) == {told, str(twin.phone)}
    assert User.objects.get(pk=twin.user_id).sign_in_round == rounds + 1
    assert participant.pk in sign_in_changes.gave_lately(manager, NOW) or twin.pk in sign_in_changes.gave_lately(
        manager, NOW
    )
    with pytest.raises(sign_in_changes.OwnDoing):
        sign_in_changes.confirm(change=change, by=manager, now=NOW)


def test_where_a_number_is_somebodys_sign_in_it_is_not_for_choosing(participant, twin, manager, client_as):
    Participant.objects.filter(pk=twin.pk).update(phone="+447700900999")
    page = client_as(manager).get(reverse("merge-compare", args=[participant.ref, twin.ref])).content.decode()

    assert "Keep which phone" not in page


# --- What a merge may not do ---------------------------------------------------------------------


@pytest.fixture
def prison_manager(make_user, unit, participant):
    """A manager who works beside the lead: full sight, and the case is not theirs to hand over."""
    team = Team.objects.create(name="Gate team", delivery_unit=unit, kind="PRISON")
    user = make_user("Gil Gate", "MANAGER", team)
    services.grant(participant=participant, level=3, why="PRISON", now=NOW - DAY, team=team)
    return user


def test_a_case_is_not_taken_by_merging_it(participant, make_participant, prison_manager, officer):
    """A look-alike that one leads oneself, kept: the lead lost the case, and nobody was told."""
    lookalike = make_participant("Jordan", "Ashworth", "X100044", prison_manager)
    told = Message.objects.count()

    with pytest.raises(handovers.NotYoursToTransfer, match="Olive Officer leads"):
        merging.merge(kept=lookalike, gone=participant, take=set(), by=prison_manager, now=NOW)

    assert Assignment.objects.current(TODAY).get(participant=participant).practitioner == officer
    assert (Message.objects.count(), Participant.objects.get(pk=participant.pk).merged_into) == (told, None)


def test_a_lead_that_ends_by_a_merge_is_told_and_so_is_the_new_one_and_the_person(
    participant, make_participant, make_user, team, manager, officer
):
    colleague = make_user("Cole League", "PRACTITIONER", team)
    twin = make_participant("Jordan", "Ashworth", "X100044", colleague, phone="+447700900444")

    merging.merge(kept=participant, gone=twin, take=set(), by=manager, now=NOW)

    told = Message.objects.filter(
        subject__in=["Your practitioner", "People handed over to you", "People handed over from you"]
    )
    assert {message.address for message in told} == {str(participant.phone), officer.email, colleague.email}


def test_a_code_of_the_record_that_goes_opens_nothing_of_the_other(participant, twin, officer, manager):
    """It was confirmed for a look-alike in which nothing was at stake."""
    now = timezone.now()
    code = code_letters.give(participant=twin, by=officer, now=now)
    sign_in_changes.confirm(change=twin.sign_in_changes.get(kind="LETTER"), by=manager, now=now)

    merging.merge(kept=participant, gone=twin, take=set(), by=manager, now=now)

    born = Participant.objects.get(pk=participant.pk).date_of_birth
    assert code_letters.enter(code=code, born_on=born, now=now) is None


def test_what_was_changed_between_a_merge_and_its_undoing_is_on_the_account_that_it_is_about(
    participant, make_participant, officer, manager, payer
):
    """The change stayed with the look-alike, where nobody looked, and whoever made it might decide and pay."""
    bare = make_participant("Jordan", "Ashworth", "X100044", officer)
    Participant.objects.filter(pk=bare.pk).update(user=None)
    bare, before = Participant.objects.get(pk=bare.pk), str(participant.phone)
    made = merging.merge(kept=bare, gone=participant, take=set(), by=payer, now=NOW)
    services.change_contact(
        participant=bare, preferred_name="", phone="+447700900777", email="", address="", outcode="PR1", by=manager,
        now=NOW + HOUR,
    )  # fmt: skip

    merging.undo(merge=Merge.objects.get(pk=made.pk), by=manager, now=NOW + 2 * HOUR)

    person = Participant.objects.get(pk=participant.pk)
    assert str(person.user.phone) == str(person.phone) == before
    assert set(person.sign_in_changes.values_list("account", flat=True)) == {person.user_id}
    assert person.sign_in_changes.filter(address="+447700900777").exists()
    assert person.pk in sign_in_changes.gave_lately(manager, NOW + 2 * HOUR)


# --- What a merge does not bring about ---------------------------------------------------------------------------


def test_no_answer_from_the_other_records_number_makes_a_way_in_known(participant, twin, officer, manager):
    """A manager moved a number, joined a record with a second number of theirs, and said yes from that one."""
    for change in participant.sign_in_changes.open():
        sign_in_changes.confirm(change=change, by=manager, now=NOW)
    theirs = str(participant.phone)
    services.change_contact(
        participant=participant, preferred_name="", phone="+447700900888", email="", address="", outcode="PR1",
        by=manager, now=NOW,
    )  # fmt: skip
    planted = participant.sign_in_changes.latest("pk")

    merge(participant, twin, manager)
    joined = participant.sign_in_changes.filter(account=participant.user).latest("pk")

    assert not known_addresses.may_confirm_by_link(joined)
    messages = Message.objects.filter(dedupe_key__startswith=f"sign-in-change:{joined.pk}")
    assert set(messages.values_list("address", flat=True)) == {"+447700900888", str(twin.phone)}
    sign_in_changes.refuse(change=joined, by=officer, now=NOW)
    sign_in_changes.refuse(change=planted, by=officer, now=NOW)
    assert str(User.objects.get(pk=participant.user_id).phone) == theirs


def test_a_merge_keeps_no_lead_out_of_their_own_case(participant, twin, make_user, officer, other_team, manager):
    prison = make_user("Pat Prison", "MANAGER", other_team)
    told = {"reason": "Cousins.", "message": "Ring Mona."}
    restrictions.exclude(participant=twin, user=officer, by=service_account(), now=NOW, **told)

    with pytest.raises(handovers.NotYoursToTransfer, match="may not see the other"):
        merge(participant, twin, prison)

    assert Participant.objects.visible_to(officer).filter(pk=participant.pk).exists()


def test_what_was_asked_of_the_record_that_goes_moves_no_lead_of_the_other(
    participant, twin, other_officer, make_user, other_team, manager
):
    asker = make_user("Ina Asker", "MANAGER", other_team)
    services.grant(participant=twin, user=asker, level=3, why="ENROLLED", now=NOW)
    asked = handovers.ask(participant=twin, practitioner=other_officer, note="Mine", by=asker, today=TODAY, now=NOW)

    merge(participant, twin, manager)

    asked.refresh_from_db()
    assert asked.state == "WITHDRAWN"
    assert Message.objects.get(dedupe_key=f"handover:{asked.pk}:over").address == asker.email


def test_what_a_merge_changed_is_forgotten_once_it_cannot_be_undone(participant, twin, manager):
    made = merge(participant, twin, manager, take=["given_name"])
    with acting_as(SYSTEM):
        retention.run(today=TODAY + 29 * DAY, now=NOW + 29 * DAY)
        assert Merge.objects.get(pk=made.pk).changed
        retention.run(today=TODAY + 31 * DAY, now=NOW + 31 * DAY)
        found = Merge.objects.get(pk=made.pk)
    assert (found.changed, found.moved) == ([], [])


def test_whoever_leads_a_record_again_is_told_and_so_is_its_person(participant, twin, officer, other_officer, manager):
    services.assign(participant=twin, practitioner=other_officer, today=TODAY - DAY, now=NOW - DAY, by=officer)
    made = merge(participant, twin, service_account())

    merging.undo(merge=made, by=manager, now=NOW + DAY)

    assert Message.objects.get(dedupe_key=f"merge:{made.pk}:undone:lead").user == other_officer
    assert "Stan Stranger" in Message.objects.get(dedupe_key=f"merge:{made.pk}:undone:person").body


def test_a_closed_accounts_number_is_told_where_the_other_has_none(participant, twin, manager):
    User.objects.filter(pk=participant.user_id).update(phone=None, email=None, code_letter_since=NOW)
    Participant.objects.filter(pk=participant.pk).update(phone="", email="")
    told = str(twin.phone)

    merge(Participant.objects.get(pk=participant.pk), twin, manager)

    assert Message.objects.filter(address=told, body__contains="Two records of yours here were joined").exists()


def test_whoever_typed_a_number_on_the_other_record_is_known_through_the_merge(
    participant, twin, officer, manager, other_officer
):
    Participant.objects.filter(pk__in=[participant.pk, twin.pk]).update(user=None)
    User.objects.filter(participant=None, phone__isnull=False).update(phone=None, code_letter_since=NOW)
    services.change_contact(
        participant=Participant.objects.get(pk=twin.pk), preferred_name="", phone="+447700900888", email="", address="",
        outcode="PR1", by=officer, now=NOW,
    )  # fmt: skip
    merge(Participant.objects.get(pk=participant.pk), Participant.objects.get(pk=twin.pk), manager, take=["phone"])
    kept = Participant.objects.get(pk=participant.pk)

    services.open_portal(participant=kept, by=other_officer, today=TODAY, now=NOW)

    assert kept.sign_in_changes.get(kind="PHONE", address="+447700900888").written_by == officer
