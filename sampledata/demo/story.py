"""The story, told day by day. It starts on a fixed day; once its year is over it moves on by whole weeks."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.utils import timezone

from budgets import by_rule
from commissioning import publishing
from engagement import alerts, reminders
from people.messaging import sending
from people.models import Participant, User
from providers.directory import note_unmet_need
from sampledata.demo import (
    administration,
    books,
    closing,
    deciding,
    directory,
    duplicates,
    file,
    helping,
    paying,
    places,
    rights,
    signing,
    staff,
    taking,
)
from sampledata.demo.people import draw
from sampledata.demo.person import Person
from sampledata.demo.schedule import Schedule, moment

STARTS_ON = date(2025, 11, 24)
DAYS = 364


def start_for(today: date) -> date:
    """The fixed start, or as many whole weeks later as it takes for the year to end no earlier than this week."""
    weeks_over = max(0, (today - STARTS_ON).days - DAYS) // 7
    return STARTS_ON + timedelta(weeks=weeks_over)


def is_told() -> bool:
    return Participant.objects.exists()


@contextmanager
def trusting_the_database() -> Iterator[None]:
    """Run all of it in one transaction, without savepoints: a story that is refused stops anyway."""
    level = logging.root.manager.disable
    connection.features.uses_savepoints = False
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        connection.features.uses_savepoints = True
        logging.disable(level)


@transaction.atomic
def tell(*, now: datetime) -> int:
    """Tell the whole year up to `now`. All of it or none; says how many people are in it."""
    with connection.cursor() as cursor:
        cursor.execute("set local synchronous_commit = off")
    today = timezone.localdate(now)
    start = start_for(today)
    schedule = Schedule(start=start, last=today, end=today + timedelta(days=30))
    opening = moment(start, 7)
    units = places.build()
    file.policies()
    books.begin(today=start, now=opening)
    people_at_work = staff.build(units=units, today=start, now=opening)
    helpers = directory.build(by=people_at_work.managers["DEMO-NB"], today=start)
    staff.partners(programme=people_at_work.programmes["youth"], helpers=helpers, today=start, now=opening)
    people = draw(start=start)
    for life in people:
        Person(life, staff=people_at_work, area=units[life.area], schedule=schedule, helpers=helpers).begin()
    _put_the_clockwork(schedule, now)
    _put_the_unmet(schedule, people_at_work)
    books.schedule(schedule, people_at_work)
    taking.schedule(schedule, people_at_work)
    deciding.schedule(schedule, people_at_work)
    paying.schedule(schedule, people_at_work)
    helping.schedule(schedule, people_at_work)
    closing.schedule(schedule, people_at_work)
    with trusting_the_database():
        schedule.tell(until=now)
        signing.give_code_letters(now=now)
    administration.tell(staff=people_at_work, today=today, now=now)
    rights.tell(now=now)
    duplicates.tell(staff=people_at_work, today=today, now=now)  # with savepoints, which a merge needs
    return Participant.objects.count()


def _put_the_clockwork(schedule: Schedule, now: datetime) -> None:
    """Schedule the tasks: messages weekly, the sweep every sixth week and the last three nights, reports monthly."""
    last = timezone.localdate(now)
    for number in range((last - schedule.start).days + 1):
        day = schedule.start + timedelta(days=number)
        if number % 7 == 5 or day == last:
            schedule.put(day, 8.25, lambda today, at: reminders.queue(now=at))
        if number % 7 == 6 or day == last:
            schedule.put(day, 8.5, _send)
        if number % 28 == 20:
            schedule.put(day, 3, lambda today, at: by_rule.look_again(now=at))
        if day.day == 1:
            schedule.put(day, 3, lambda today, at: publishing.publish(today=today))
        if number % 42 == 2 or (last - day).days < 3:
            schedule.put(day, 3, lambda today, at: alerts.sweep(by=User.objects.service(), today=today, now=at))


def _send(today: date, now: datetime) -> None:
    sending.retire(now=now)
    while sending.send_batch(now=now):
        pass


def _put_the_unmet(schedule: Schedule, people_at_work: staff.Staff) -> None:
    """Now and then a search finds nothing: the commissioner's signal."""
    searches = [
        ("ACCOMMODATION", "women only house"),
        ("EMPLOYMENT", "scaffolding"),
        ("HEALTH", "trauma group for men"),
        ("THINKING", "evening course"),
    ]
    for number, (need, words) in enumerate(searches):
        worker = list(people_at_work.practitioners.values())[number % 3][0]
        schedule.put(
            schedule.start + timedelta(days=60 * number + 30),
            14,
            partial(_find_nothing, worker, need, words),
        )


def _find_nothing(worker: User, need: str, words: str, today: date, now: datetime) -> None:
    note_unmet_need(by=worker, today=today, need=need, words=words)
