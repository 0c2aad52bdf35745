"""The nightly sweep: who is noticed, once, with what reason, and how an alert ends."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from engagement import alerts, services
from engagement.models import Alert
from people.models import Assignment, Message, Sentence
from tests.conftest import NOW, TODAY, service_account
from tests.engagement.alert_steps import DAY, close, sweep, the_alert, weekly_until
from tests.threads import as_we_are

# --- Who is noticed ---


def test_a_silence_unlike_the_person_raises_an_alert_with_its_reason(person, officer, touch):
    weekly_until(touch, 30)

    assert sweep() == alerts.Swept(raised=1, changed=0, escalated=0)

    alert = the_alert()
    assert alert.kinds == ["DRIFT"]
    assert alert.owner == officer
    assert alert.silent_since == TODAY - 30 * DAY
    assert alert.reasons == ["Silent 30 days; usually 8. Last in touch 2 May."]
    assert alert.due_on == TODAY + 2 * DAY
    assert alert.next_step.startswith("Call")
    assert alert.history.count() == 1


@pytest.mark.parametrize(("nation", "days"), [("ENGLAND_AND_WALES", 5), ("SCOTLAND", 4)])
def test_an_alert_of_a_friday_is_due_two_working_days_on(person, touch, settings, nation, days):
    """31 August 2026 is a bank holiday in England and Wales, and none in Scotland."""
    settings.NATION = nation
    weekly_until(touch, 30)

    sweep(days=88)

    assert the_alert().due_on == TODAY + (88 + days) * DAY


def test_the_same_silence_is_ordinary_for_someone_seen_monthly(person, officer, touch):
    services.set_contact_plan(participant=person, every_days=28, by=officer, today=TODAY)
    touch(80 * DAY), touch(52 * DAY), touch(25 * DAY)

    assert sweep().raised == 0


def test_two_missed_in_a_row_raise_an_alert_and_one_does_not(person, meet):
    meet(30 * DAY, "COMPLIED")
    meet(9 * DAY, "FAILED_TO_ATTEND")
    assert sweep().raised == 0

    meet(2 * DAY, "UNACCEPTABLE_ABSENCE")
    sweep()

    assert the_alert().kinds == ["MISSED_TWICE"]
    assert the_alert().reasons == ["Missed the last two meetings: 23 May 2026 and 30 May 2026."]


@pytest.mark.parametrize("between", ["COMPLIED", "DID_NOT_COMPLY", "SENT_HOME_SERVICE"])
def test_turning_up_between_two_misses_means_they_are_not_in_a_row(person, meet, touch, between):
    touch(12 * DAY)
    meet(9 * DAY, "UNACCEPTABLE_ABSENCE")
    meet(5 * DAY, between)
    meet(2 * DAY, "UNACCEPTABLE_ABSENCE")

    assert sweep().raised == 0


@pytest.mark.parametrize(("outcome", "how"), [("ACCEPTABLE_ABSENCE", {"absence_reason": "MEDICAL"})])
def test_an_acceptable_absence_neither_counts_nor_breaks_the_row(person, meet, touch, outcome, how):
    touch(12 * DAY)
    meet(9 * DAY, "UNACCEPTABLE_ABSENCE")
    meet(5 * DAY, outcome, **how)
    assert sweep().raised == 0

    meet(2 * DAY, "UNACCEPTABLE_ABSENCE")

    assert sweep().raised == 1


def test_a_talk_after_two_misses_means_there_is_nothing_to_raise(person, meet, touch):
    meet(9 * DAY, "UNACCEPTABLE_ABSENCE")
    meet(5 * DAY, "UNACCEPTABLE_ABSENCE")
    touch(2 * DAY)

    assert sweep().raised == 0


@pytest.mark.parametrize(("days_out", "raised"), [(0, 0), (6, 0), (7, 1), (8, 1)])
def test_seven_whole_days_after_release_without_contact(participant, days_out, raised):
    Sentence.objects.filter(participant=participant).update(release_on=TODAY - days_out * DAY)

    assert sweep().raised == raised

    if raised:
        assert the_alert().kinds == ["AFTER_RELEASE"]
        assert f"No contact in the {days_out} days since." in the_alert().reasons[0]


def test_contact_on_the_day_of_release_is_contact_since_release(participant, touch):
    Sentence.objects.filter(participant=participant).update(release_on=TODAY - 8 * DAY)
    touch(8 * DAY)

    assert sweep().raised == 0


def test_seven_days_are_counted_from_joining_when_that_came_later(participant):
    participant.joined_on = TODAY - 3 * DAY
    participant.save()

    assert sweep().raised == 0
    assert sweep(days=4).raised == 1


def test_nobody_is_raised_while_in_custody_away_or_gone(participant, officer, touch, meet):
    weekly_until(touch, 40)
    meet(9 * DAY, "UNACCEPTABLE_ABSENCE"), meet(2 * DAY, "UNACCEPTABLE_ABSENCE")
    sentence = Sentence.objects.get(participant=participant)
    released, sentence.release_on = sentence.release_on, TODAY + 9 * DAY
    sentence.save()
    assert sweep().raised == 0
    sentence.release_on = released
    sentence.save()

    absence = services.plan_absence(
        participant=participant, starts_on=TODAY - 5 * DAY, ends_on=TODAY, reason="HOLIDAY", by=officer, now=NOW
    )
    assert sweep().raised == 0

    absence.delete()
    participant.left_on = TODAY
    participant.save()
    assert sweep().raised == 0


def test_steps_long_overdue_raise_an_alert_about_someone_who_grows_quiet(person, officer, touch):
    from lifeplans.models import Goal, LifePlan, Step

    weekly_until(touch, 22)
    plan = LifePlan.objects.create(participant=person, started_on=TODAY, started_by=officer)
    said = {"said": "AGREE", "said_at": NOW, "said_by": officer}
    goal = Goal.objects.create(
        plan=plan,
        title="I will find a flat",
        words_of="PARTICIPANT",
        proposed_by=officer,
        proposed_on=TODAY - 60 * DAY,
        good="COMMUNITY",
        need="ACCOMMODATION",
        position=1,
        status="AGREED",
        agreed_on=TODAY - 60 * DAY,
        **{f"participant_{k}": v for k, v in said.items()},
        **{f"practitioner_{k}": v for k, v in said.items()},
    )
    Step.objects.create(
        goal=goal,
        text="See the council",
        words_of="PARTICIPANT",
        who="PARTICIPANT",
        due_on=TODAY - 14 * DAY,
        position=1,
        added_by=officer,
        added_on=TODAY - 60 * DAY,
    )
    assert sweep().raised == 0

    assert sweep(days=1).raised == 1
    assert the_alert().reasons == ["1 step is overdue since 18 May 2026."]

    Alert.objects.all().delete()
    touch(DAY)
    assert sweep(days=1).raised == 0


# --- Once ---


def test_sweeping_twice_changes_nothing(person, touch):
    weekly_until(touch, 30)
    sweep()
    before = Alert.history.count()

    assert sweep() == alerts.Swept(raised=0, changed=0, escalated=0)
    assert Alert.history.count() == before


def test_an_open_alert_is_brought_up_to_date_not_doubled(person, touch, meet):
    weekly_until(touch, 30)
    sweep()
    meet(3 * DAY, "UNACCEPTABLE_ABSENCE"), meet(1 * DAY, "UNACCEPTABLE_ABSENCE")

    assert sweep(days=1) == alerts.Swept(raised=0, changed=1, escalated=0)

    assert the_alert().kinds == ["MISSED_TWICE", "DRIFT"]
    assert "Silent 31 days" in the_alert().reasons[1]


def test_an_open_alert_follows_the_case_to_its_new_lead(person, touch, make_user, team):
    from people import services as people

    weekly_until(touch, 30)
    sweep()
    colleague = make_user("Nia New", "PRACTITIONER", team)
    people.assign(participant=person, practitioner=colleague, today=TODAY, now=NOW, by=service_account())

    sweep()

    assert the_alert().owner == colleague


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_raise_one_alert(person, touch):
    weekly_until(touch, 30)
    found, barrier = [], threading.Barrier(2)

    def run() -> None:
        barrier.wait()
        try:
            found.append(sweep().raised)
        finally:
            connection.close()

    threads = [threading.Thread(target=as_we_are(run)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [0, 1]
    assert Alert.objects.count() == 1


def test_a_settled_silence_is_left_in_peace_for_a_while(person, officer, touch):
    weekly_until(touch, 30)
    sweep()
    close(the_alert(), officer, "MISTAKEN")

    assert sweep(days=1).raised == 0
    assert sweep(days=14).raised == 0
    assert sweep(days=15).raised == 1


def test_a_new_fact_is_not_left_in_peace(person, officer, touch, meet):
    weekly_until(touch, 30)
    sweep()
    close(the_alert(), officer, "MISTAKEN")
    meet(2 * DAY, "UNACCEPTABLE_ABSENCE"), meet(1 * DAY, "UNACCEPTABLE_ABSENCE")

    assert sweep(days=1).raised == 1


def test_the_words_of_a_silence_are_new_each_night_and_its_history_holds_what_it_is_about(person, touch, meet):
    weekly_until(touch, 30)
    sweep()
    words = the_alert().reasons

    assert sweep(days=1).changed == 1
    assert the_alert().reasons != words
    assert the_alert().history.count() == 1

    meet(2 * DAY, "UNACCEPTABLE_ABSENCE"), meet(1 * DAY, "UNACCEPTABLE_ABSENCE")
    sweep(days=1)
    assert [row.kinds for row in the_alert().history.order_by("pk")] == [["DRIFT"], ["MISSED_TWICE", "DRIFT"]]


def test_an_alert_that_goes_to_another_lead_says_so_in_its_history_though_nothing_was_found(
    person, officer, other_officer, manager, touch
):
    weekly_until(touch, 30)
    sweep()
    services.log_contact(participant=person, kind="CALL", by=officer, at=NOW, now=NOW)
    Assignment.objects.filter(participant=person).update(practitioner=other_officer)

    assert sweep(days=1).changed == 1
    assert [row.owner for row in the_alert().history.order_by("pk")] == [officer, other_officer]


def test_the_statements_do_not_grow_with_the_alerts_that_pass_to_managers(
    person, officer, manager, payer, make_participant
):
    def count(day: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert sweep(days=day).escalated > 0
        return len(queries)

    sweep()
    Alert.objects.update(due_on=TODAY)
    few = count(1)
    for n in range(20):
        make_participant("A", "B", f"B1{n:05}", officer, phone=f"+44770092{n:04}", joined_on=TODAY - 90 * DAY)
    sweep(days=1)
    Alert.objects.update(due_on=TODAY)

    assert count(2) == few
    assert Message.objects.filter(dedupe_key__startswith="alert-late:", user=payer).count() >= 20


def test_the_statements_do_not_grow_with_the_people(person, officer, make_participant, touch):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            sweep()
        return len(queries)

    few = [make_participant("A", "B", f"A1{n:05}", officer, phone=f"+44770091{n:04}") for n in range(3)]
    statements = count()
    Alert.objects.all().delete()
    many = [make_participant("A", "B", f"B1{n:05}", officer, phone=f"+44770092{n:04}") for n in range(30)]

    assert count() == statements
    assert Alert.objects.count() >= len(few) + len(many)


# --- Each rule on its edge ----------------------------------------------------------------------


def test_a_silence_is_an_alert_from_the_threshold_on(person, touch, settings):
    from engagement import contact_pattern

    weekly_until(touch, 30)
    score = contact_pattern.of([person.pk], today=TODAY)[person.pk].score
    settings.DRIFT_ALERT = score + 0.01
    assert sweep().raised == 0

    settings.DRIFT_ALERT = score
    assert sweep().raised == 1
    assert the_alert().score == pytest.approx(score)


def test_someone_with_whom_there_was_never_contact_is_said_to_be_so(person):
    person.joined_on = TODAY - 200 * DAY
    person.save()

    sweep()

    assert (the_alert().facts, the_alert().silent_since) == (["DRIFT:never"], None)
    assert the_alert().reasons[0] == "No contact yet in 200 days. The plan asks for one every 14 days."


def test_the_facts_of_an_alert_name_what_it_is_about(participant, meet, touch):
    Sentence.objects.filter(participant=participant).update(release_on=TODAY - 8 * DAY)
    meet(6 * DAY, "UNACCEPTABLE_ABSENCE")
    last = meet(2 * DAY, "FAILED_TO_ATTEND")

    sweep()

    alert = the_alert()
    assert alert.kinds == ["AFTER_RELEASE", "MISSED_TWICE"]
    assert alert.facts == sorted([f"AFTER_RELEASE:{TODAY - 8 * DAY}", f"MISSED_TWICE:{last.pk}"])
    assert alert.reasons[0] == "Released on 24 May 2026. No contact in the 8 days since."
    assert alert.next_step.startswith("Call today, then the place they were released to.")


def test_a_release_before_they_joined_is_counted_from_joining_and_says_so(participant):
    Sentence.objects.filter(participant=participant).update(release_on=TODAY - 20 * DAY)
    participant.joined_on = TODAY - 7 * DAY
    participant.save()

    sweep()

    assert the_alert().reasons == ["Released on 12 May 2026. No contact in the 7 days since they joined."]
    assert the_alert().facts == [f"AFTER_RELEASE:{TODAY - 20 * DAY}"]


def test_the_latest_release_is_the_one_that_counts(participant, other_participant, touch):
    one = Sentence.objects.get(participant=participant)
    one.release_on = TODAY - 40 * DAY
    one.save()
    Sentence.objects.create(
        participant=participant, kind="CUSTODY", starts_on=TODAY - 30 * DAY, length_days=60, ends_on=TODAY + 29 * DAY,
        release_on=TODAY - 3 * DAY,
    )  # fmt: skip
    touch(35 * DAY)

    assert "AFTER_RELEASE" not in [
        kind for alert in Alert.objects.filter(participant=participant) for kind in alert.kinds
    ]
    assert participant.pk not in {finding.participant_id for finding in after_release()}
    assert participant.pk in {finding.participant_id for finding in after_release(4)}


def after_release(days: int = 0) -> list:
    from engagement import alert_rules, contact_pattern

    day = TODAY + days * DAY
    return list(alert_rules.no_contact_after_release(contact_pattern.everyone(today=day), today=day))


@pytest.mark.parametrize("ago", [8, 7, 0])
def test_a_meeting_they_came_to_since_release_is_contact(participant, meet, ago):
    Sentence.objects.filter(participant=participant).update(release_on=TODAY - 8 * DAY)

    meet(ago * DAY, "COMPLIED")

    assert after_release() == []


def test_what_is_no_contact_since_release_does_not_count(participant, other_participant, other_officer, meet, touch):
    Sentence.objects.filter(participant=participant).update(release_on=TODAY - 8 * DAY)
    touch(9 * DAY), meet(9 * DAY, "COMPLIED")
    touch(DAY, meaningful=False), meet(2 * DAY, "UNACCEPTABLE_ABSENCE"), meet(-DAY)
    touch(DAY, person=other_participant, by=other_officer)
    meet(DAY, "COMPLIED", person=other_participant, by=other_officer)

    assert [finding.participant_id for finding in after_release()] == [participant.pk]


def expected_today(day=TODAY) -> set[int]:
    from engagement import alert_rules

    return set(alert_rules.expected(day).values_list("pk", flat=True))


def test_who_is_expected_to_be_in_touch(participant, other_participant, officer):
    both = {participant.pk, other_participant.pk}
    assert expected_today() == both
    services.plan_absence(
        participant=participant, starts_on=TODAY, ends_on=TODAY, reason="HOLIDAY", by=officer, now=NOW
    )
    assert expected_today() == {other_participant.pk}
    assert expected_today(TODAY + DAY) == both
    other_participant.left_on, other_participant.joined_on = TODAY + DAY, TODAY
    other_participant.save()
    assert [other_participant.pk in expected_today(TODAY + n * DAY) for n in (-1, 0, 1)] == [False, True, False]


@pytest.mark.parametrize(
    ("fields", "inside"),
    [
        ({"release_on": TODAY}, False),
        ({"release_on": TODAY + DAY}, True),
        ({"release_on": None, "ends_on": TODAY - DAY}, False),
        ({"release_on": None, "ends_on": TODAY}, True),
        ({"release_on": None, "ends_on": TODAY + DAY, "kind": "COMMUNITY"}, False),
        ({"release_on": TODAY + 5 * DAY, "starts_on": TODAY}, True),
        ({"release_on": TODAY + 5 * DAY, "starts_on": TODAY + DAY}, False),
    ],
)
def test_nobody_is_expected_from_custody(participant, other_participant, fields, inside):
    Sentence.objects.filter(participant=participant).update(**fields)

    assert (participant.pk not in expected_today()) is inside
    assert other_participant.pk in expected_today()


def test_who_is_in_a_prison_is_expected_once_the_release_is_recorded(participant, other_participant, officer):
    from people.models import Prison
    from people.record import custody

    participant.prison, participant.whereabouts = Prison.objects.create(code="PNI", name="Preston"), "PRISON"
    participant.save()
    assert expected_today() == {other_participant.pk}, "whatever day the sentence has for the release"

    custody.release(participant=participant, released_on=TODAY, by=officer, today=TODAY)

    assert expected_today() == {participant.pk, other_participant.pk}


def missed() -> list[tuple]:
    from engagement import alert_rules

    return [(f.participant_id, f.about) for f in alert_rules.missed_twice(today=TODAY, now=NOW)]


def test_the_last_two_that_are_over_are_the_ones_that_count(person, other_participant, other_officer, meet, officer):
    meet(20 * DAY, "COMPLIED"), meet(9 * DAY, "UNACCEPTABLE_ABSENCE")
    last = meet(5 * DAY, "FAILED_TO_ATTEND")
    meet(-DAY), meet(DAY)
    meet(DAY, "COMPLIED", person=other_participant, by=other_officer)

    assert missed() == [(person.pk, str(last.pk))]


def test_missed_meetings_of_two_people_are_not_two_in_a_row(person, other_participant, other_officer, meet):
    meet(5 * DAY, "UNACCEPTABLE_ABSENCE")
    meet(3 * DAY, "UNACCEPTABLE_ABSENCE", person=other_participant, by=other_officer)

    assert missed() == []


def test_a_talk_before_or_at_the_last_miss_or_with_another_is_no_talk_since(
    person, other_participant, other_officer, meet, touch
):
    meet(9 * DAY, "UNACCEPTABLE_ABSENCE"), meet(5 * DAY, "UNACCEPTABLE_ABSENCE")
    touch(7 * DAY), touch(5 * DAY), touch(DAY, meaningful=False)
    touch(DAY, person=other_participant, by=other_officer)

    assert len(missed()) == 1


def test_overdue_steps_are_counted_for_each_and_dated_by_the_oldest(person, other_participant, officer, other_officer):
    from engagement import alert_rules
    from lifeplans.models import Goal, LifePlan, Step

    def late(who, by, *days: int) -> None:
        plan = LifePlan.objects.create(participant=who, started_on=TODAY, started_by=by)
        said = {"said": "AGREE", "said_at": NOW, "said_by": by}
        goal = Goal.objects.create(
            plan=plan, title="A flat", words_of="PARTICIPANT", proposed_by=by, proposed_on=TODAY - 60 * DAY,
            good="LIFE", position=1, status="AGREED", agreed_on=TODAY - 60 * DAY,
            **{f"participant_{k}": v for k, v in said.items()}, **{f"practitioner_{k}": v for k, v in said.items()},
        )  # fmt: skip
        for position, ago in enumerate(days, 1):
            Step.objects.create(
                goal=goal, text=f"Step {ago}", words_of="PARTICIPANT", who="PARTICIPANT", due_on=TODAY - ago * DAY,
                position=position, added_by=by, added_on=TODAY - 60 * DAY,
            )  # fmt: skip

    late(person, officer, 40, 20, 14)
    late(other_participant, other_officer, 30)

    def found(*who) -> list[tuple]:
        rows = alert_rules.steps_overdue([one.pk for one in who], today=TODAY)
        return sorted((row.participant_id, row.fact, row.reason) for row in rows)

    assert found(person) == [
        (
            person.pk, f"STEPS_OVERDUE:{TODAY - 20 * DAY}",
            "2 steps are overdue, the oldest since 22 April 2026.",
        )
    ]  # fmt: skip
    assert [reason for _, _, reason in found(other_participant)] == ["1 step is overdue since 2 May 2026."]
    assert len(found(person, other_participant)) == 2
