"""Who is on a programme, who was refused, and who overrode the refusal."""

from __future__ import annotations

import pytest

from common.errors import RuleBroken
from people.models import Enrolment, Programme, Rule
from people.programmes import enrolment
from tests.conftest import NOW, TODAY, service_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(make_programme):
    """A programme the participant is too old for."""
    return make_programme("For the young", AGE={"youngest": 18, "oldest": 20})


@pytest.fixture
def refused(closed, participant, officer):
    return enrolment.enrol(participant=participant, programme=closed, by=officer, today=TODAY, now=NOW)


def test_enrol_keeps_each_rules_answer(participant, officer, make_programme):
    programme = make_programme(SENTENCE_UNDER={"days": 365}, AGE={"youngest": 18, "oldest": 25})

    made = enrolment.enrol(participant=participant, programme=programme, by=officer, today=TODAY, now=NOW)

    assert made.state == Enrolment.State.ENROLLED
    assert made.starts_on == TODAY
    assert set(made.results.values_list("kind", "met")) == {("SENTENCE_UNDER", True), ("AGE", True), ("RISK", True)}


def test_one_rule_that_says_no_is_enough(refused):
    assert refused.state == Enrolment.State.NOT_ELIGIBLE
    assert refused.starts_on is None
    assert refused.results.get(kind="AGE").reason == "Age 22 on 1 June 2026; this programme is for 18 to 20."


def test_nobody_is_enrolled_twice(participant, officer, make_programme):
    programme = make_programme()
    enrolment.enrol(participant=participant, programme=programme, by=officer, today=TODAY, now=NOW)

    with pytest.raises(enrolment.AlreadyEnrolled, match="is on Enabling fund already"):
        enrolment.enrol(participant=participant, programme=programme, by=officer, today=TODAY, now=NOW)


def test_someone_refused_can_be_asked_about_again_and_both_answers_stay(refused, closed, participant, officer):
    closed.rules.filter(kind="AGE").update(oldest=30)

    again = enrolment.enrol(participant=participant, programme=closed, by=officer, today=TODAY, now=NOW)

    refused.refresh_from_db()
    assert again.state == Enrolment.State.ENROLLED
    assert (refused.state, refused.end_reason) == (Enrolment.State.ENDED, "Asked about again.")
    assert not refused.results.get(kind="AGE").met


def test_a_manager_overrides_with_a_reason_and_the_answers_stay(refused, manager):
    done = enrolment.override(enrolment=refused, by=manager, reason=" Turned 22 in custody. ", today=TODAY, now=NOW)

    assert done.state == Enrolment.State.ENROLLED
    assert (done.overridden_by, done.override_reason) == (manager, "Turned 22 in custody.")
    assert not done.results.get(kind="AGE").met


def test_a_practitioner_cannot_override(refused, other_officer):
    with pytest.raises(enrolment.MayNotOverride, match="Only a manager"):
        enrolment.override(enrolment=refused, by=other_officer, reason="Please.", today=TODAY, now=NOW)


def test_the_one_who_asked_cannot_override(closed, participant, manager):
    asked = enrolment.enrol(participant=participant, programme=closed, by=manager, today=TODAY, now=NOW)

    with pytest.raises(enrolment.MayNotOverride, match="Someone other"):
        enrolment.override(enrolment=asked, by=manager, reason="I say so.", today=TODAY, now=NOW)


def test_an_override_needs_a_reason(refused, manager):
    with pytest.raises(enrolment.NeedsAReason):
        enrolment.override(enrolment=refused, by=manager, reason="  ", today=TODAY, now=NOW)


def test_an_override_happens_once(refused, manager):
    enrolment.override(enrolment=refused, by=manager, reason="Yes.", today=TODAY, now=NOW)

    with pytest.raises(enrolment.NothingToOverride):
        enrolment.override(enrolment=refused, by=manager, reason="Yes again.", today=TODAY, now=NOW)


def test_ending_keeps_the_record_and_lets_the_person_come_back(participant, officer, make_programme):
    programme = make_programme()
    first = enrolment.enrol(participant=participant, programme=programme, by=officer, today=TODAY, now=NOW)

    ended = enrolment.end_enrolment(enrolment=first, reason="Moved away.", today=TODAY, now=NOW, by=officer)
    enrolment.enrol(participant=participant, programme=programme, by=officer, today=TODAY, now=NOW)

    assert (ended.state, ended.ends_on, ended.end_reason) == ("ENDED", TODAY, "Moved away.")
    assert participant.enrolments.count() == 2


def test_only_what_runs_can_end(refused):
    with pytest.raises(enrolment.NotEnrolled):
        enrolment.end_enrolment(enrolment=refused, reason="Over.", today=TODAY, now=NOW, by=service_account())


def test_an_end_needs_a_reason(participant, officer, make_programme):
    on_it = enrolment.enrol(participant=participant, programme=make_programme(), by=officer, today=TODAY, now=NOW)

    with pytest.raises(enrolment.NeedsAReason):
        enrolment.end_enrolment(enrolment=on_it, reason=" ", today=TODAY, now=NOW, by=officer)


def test_two_programmes_cannot_have_one_name(make_programme):
    make_programme()

    with pytest.raises(RuleBroken, match="Another programme has this short name"):
        make_programme()


def test_a_sum_goes_with_allocated_programmes_alone(db):
    with pytest.raises(RuleBroken, match="needs that sum"):
        enrolment.create_programme(code="x", name="X", money_model="ALLOCATED", by=service_account())


def test_a_rule_that_does_not_say_what_it_wants_is_refused(db):
    with pytest.raises(RuleBroken, match="Say what the rule asks for"):
        enrolment.create_programme(
            code="x", name="X", money_model="DISCRETIONARY", rules=[Rule(kind="AGE")], by=service_account()
        )

    assert not Programme.objects.filter(code="x").exists()


# --- What is kept, and what is over ---------------------------------------------------------------


def test_a_programme_keeps_all_that_was_said_of_it(unit):
    made = enrolment.create_programme(
        code="fresh", name="Fresh start", money_model="ALLOCATED", about="For the first weeks.", allocation=25_000,
        rules=[Rule(kind="AREA"), Rule(kind="AGE", youngest=18, oldest=25)], areas=[unit], by=service_account()
    )  # fmt: skip

    made.refresh_from_db()
    assert (made.code, made.name, made.about, made.allocation) == (
        "fresh",
        "Fresh start",
        "For the first weeks.",
        25_000,
    )
    assert (made.money_model, made.scheme) == ("ALLOCATED", None)
    assert [list(rule.areas.all()) for rule in made.rules.order_by("kind")] == [[], [unit]]


def test_a_scheme_is_named_when_a_programme_is_made(team):
    from people.models import Team

    scheme = Team.objects.create(name="Open Door", kind=Team.Kind.SCHEME)
    made = enrolment.create_programme(
        code="x", name="X", money_model="DISCRETIONARY", scheme=scheme, by=service_account()
    )
    assert Programme.objects.get(pk=made.pk).scheme == scheme

    with pytest.raises(enrolment.NotAProgramme, match="not a scheme"):
        enrolment.create_programme(code="y", name="Y", money_model="DISCRETIONARY", scheme=team, by=service_account())


def test_an_enrolment_keeps_who_asked_when_and_each_reason(participant, officer, make_programme):
    programme = make_programme(AGE={"youngest": 18, "oldest": 25})

    made = enrolment.enrol(participant=participant, programme=programme, by=officer, today=TODAY, now=NOW)

    made.refresh_from_db()
    assert (made.participant, made.programme, made.asked_by, made.asked_on) == (participant, programme, officer, TODAY)
    assert made.results.get(kind="AGE").reason == "Age 22 on 1 June 2026; this programme is for 18 to 25."


def test_being_on_one_programme_keeps_nobody_from_another(participant, other_participant, officer, make_programme):
    first, second = make_programme("First"), make_programme("Second")
    for person, programme in ((participant, first), (other_participant, first), (participant, second)):
        made = enrolment.enrol(participant=person, programme=programme, by=officer, today=TODAY, now=NOW)
        assert made.state == Enrolment.State.ENROLLED

    assert Enrolment.objects.filter(state="ENROLLED").count() == 3


def test_the_earlier_answer_ends_on_the_day_of_the_new_one(refused, closed, participant, officer):
    from datetime import timedelta

    later = TODAY + timedelta(days=3)
    enrolment.enrol(participant=participant, programme=closed, by=officer, today=later, now=NOW)

    refused.refresh_from_db()
    assert (refused.state, refused.ends_on, refused.end_reason) == ("ENDED", later, "Asked about again.")


def test_an_override_is_kept_with_its_day_and_who_gave_it(refused, manager):
    from datetime import timedelta

    later = TODAY + timedelta(days=3)
    enrolment.override(enrolment=refused, by=manager, reason=" Yes. ", today=later, now=NOW)

    refused.refresh_from_db()
    assert (refused.state, refused.starts_on) == (Enrolment.State.ENROLLED, later)
    assert (refused.overridden_by, refused.override_reason) == (manager, "Yes.")


def test_an_end_is_kept_with_its_day_and_its_reason(participant, officer, make_programme):
    on_it = enrolment.enrol(participant=participant, programme=make_programme(), by=officer, today=TODAY, now=NOW)

    enrolment.end_enrolment(enrolment=on_it, reason=" Moved away. ", today=TODAY, now=NOW, by=officer)

    on_it.refresh_from_db()
    assert (on_it.state, on_it.ends_on, on_it.end_reason) == ("ENDED", TODAY, "Moved away.")


def test_nothing_is_done_to_an_enrolment_that_has_ended(refused, participant, officer, manager, make_programme):
    on_it = enrolment.enrol(participant=participant, programme=make_programme(), by=officer, today=TODAY, now=NOW)
    enrolment.end_enrolment(enrolment=on_it, reason="Moved away.", today=TODAY, now=NOW, by=officer)

    with pytest.raises(enrolment.NotEnrolled, match="not on the programme now"):
        enrolment.end_enrolment(enrolment=on_it, reason="Again.", today=TODAY, now=NOW, by=officer)
    with pytest.raises(enrolment.NothingToOverride, match="no refusal"):
        enrolment.override(enrolment=on_it, by=manager, reason="Back.", today=TODAY, now=NOW)
