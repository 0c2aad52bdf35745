"""The made-up messy file: each line is kept or refused as its kind says."""

from __future__ import annotations

import pytest

from people.imports.caseload import plan_caseload
from people.models import Participant, Prison
from sampledata.messy_caseload import ODD, WRONG, as_csv, lines
from tests.conftest import TODAY, service_account
from tests.people.files import load

pytestmark = pytest.mark.django_db


def test_every_kind_of_line_is_kept_or_refused_as_it_says(officer, unit):
    Prison.objects.create(code="PNI", name="Preston (HMP)")
    made = list(lines(800, area="Northbridge", officers=[officer.email], prison="HM Prison Preston", today=TODAY))
    assert {line.kind for line in made} == {"plain", *(kind for kind, _ in ODD + WRONG)}

    text = as_csv(made)
    plan = plan_caseload(text, by=service_account(), today=TODAY)
    first = text.splitlines().index(next(line for line in text.splitlines() if line.startswith("CRN"))) + 2
    refused = {problem.line for problem in plan.problems}
    wrong = [
        (line.kind, [str(problem) for problem in plan.problems if problem.line == first + place])
        for place, line in enumerate(made)
        if ((first + place) in refused) == line.is_good
    ]
    assert wrong == []
    assert plan.reading.questions == []

    load(text)
    assert Participant.objects.count() == sum(line.is_good for line in made)
    assert load(text).unchanged == sum(line.is_good for line in made)
