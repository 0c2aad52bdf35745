"""What a person says of themselves: keep it, and say which services can take them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.models import Characteristics, CohortTag, Participant, User
from people.models.characteristics import PREFER_NOT, Gender, Pregnancy, Sex, YesNo

QUESTIONS = {
    "sex": "Sex",
    "gender": "Gender",
    "ethnicity": "Ethnic group",
    "nationality": "Nationality",
    "religion": "Religion or belief",
    "orientation": "Sexual orientation",
    "disability": "Disability",
    "care_leaver": "Was in care",
    "veteran": "Was in the armed forces",
    "pregnancy": "Pregnancy",
}
TAGS = {"care_leaver": CohortTag.CARE_LEAVER, "veteran": CohortTag.VETERAN}
AS_SAID = {Sex.FEMALE: ("WOMEN", Gender.WOMAN), Sex.MALE: ("MEN", Gender.MAN)}


@transaction.atomic
def say(*, participant: Participant, answers: Mapping[str, str], by: User, today: date) -> Characteristics:
    """Set what the person says of themselves, all answers at once.

    A yes about care or the armed forces puts them in that cohort too: programmes ask for it.
    """
    with acting_as(SYSTEM):  # a person may not change their own record, and locking it asks for that
        participant = Participant.objects.lock(participant)
    row = Characteristics.objects.filter(participant=participant).first() or Characteristics(participant=participant)
    if answers["pregnancy"] != row.pregnancy:
        told = answers["pregnancy"] in (Pregnancy.PREGNANT, Pregnancy.BABY)
        row.pregnancy_said_on = today if told else None
    for name, answer in answers.items():
        setattr(row, name, answer)
    row.said_on, row.written_by = today, by
    save_or_refuse(row, by=by)
    cohort = {tag for name, tag in TAGS.items() if answers[name] == YesNo.YES} - set(participant.cohort_tags)
    if cohort:
        participant.cohort_tags = sorted({*participant.cohort_tags, *cohort})
        with acting_as(SYSTEM):  # a person does not write their own cohort
            save_or_refuse(participant, "cohort_tags", by=by, why="They said so themselves")
    return row


def only_taken_with(participant: Participant) -> str:
    """ "MEN" or "WOMEN" where a service for the others cannot take the person; "" where that is not for us to say.

    It is not where they did not say their sex, or describe their gender otherwise: then the service is asked.
    """
    with acting_as(SYSTEM):  # whoever looks for a service need not read the answers
        said = Characteristics.objects.filter(participant=participant).values_list("sex", "gender").first()
    sex, gender = said or ("", "")
    if sex not in AS_SAID:
        return ""
    who, usual = AS_SAID[Sex(sex)]
    return who if gender in ("", PREFER_NOT, usual) else ""
