"""Reading is not writing: who may add, change and take away rows of this floor."""

from django.db import migrations

from common.postgres.operations import run_file
from common.postgres.policies import through
from common.postgres.writing import changes, either, guard, may_write, own

ACTING = "(select app_user())"
ADMINISTRATOR = "(select app_is('ADMINISTRATOR'))"
DATA_PROTECTION = "(select app_is('DATA_PROTECTION'))"
OF_SENTENCE = through("sentence_id", "people_sentence", changes())
OF_ENROLMENT = through("enrolment_id", "people_enrolment", changes())
OWN_DOCUMENT = f"{own()} and added_by_id = {ACTING}"
UPLOAD = f"uploaded_by_id = {ACTING}"


def _file(table: str, *, delete: bool = False, rule: str = "", history: bool = True):
    """A part of a person's file, which whoever may change the record writes."""
    rule = rule or changes()
    past = table.replace("people_", "people_historical") if history else ""
    return may_write(table, insert=rule, update=rule, delete=rule if delete else "", history=past)


class Migration(migrations.Migration):
    dependencies = [("people", "0006_signed_turns")]
    operations = [
        run_file("people/sql/reading_is_not_writing.sql"),
        run_file("people/sql/sees.sql"),
        may_write("people_participant", update=changes("id"), history="people_historicalparticipant"),
        _file("people_address", delete=True),
        _file("people_safecontact", delete=True),
        _file("people_victimliaison", delete=True),
        _file("people_circlecontact", delete=True),
        may_write(
            "people_document",
            insert=either(changes(), OWN_DOCUMENT),
            update=changes(),
            history="people_historicaldocument",
        ),
        may_write("people_riskassessment", insert=changes()),
        _file("people_codeletter", history=False),
        _file("people_sentence"),
        _file("people_requirement", rule=OF_SENTENCE, delete=True),
        may_write("people_requirementprogress", insert=changes()),
        _file("people_issuedcondition", delete=True),
        _file("people_supervision", delete=True),
        _file("people_custodyhandover"),
        _file("people_enrolment"),
        _file("people_ruleresult", rule=OF_ENROLMENT, history=False),
        may_write("people_caseloadupload", insert=UPLOAD, update=UPLOAD, delete=UPLOAD),
        # Who sees with which team, who is invited, what is kept how long, whether the night ran
        guard("people_membership", see="true", history="people_historicalmembership"),
        guard("people_invitation", see=ADMINISTRATOR, history="people_historicalinvitation"),
        guard("people_retentionrule", see="true"),
        guard("common_heartbeat", see="true"),
        _file("people_subjectaccess", rule=DATA_PROTECTION),
        _file("people_subjectpassage", rule=DATA_PROTECTION, delete=True),
        _file("people_legalhold", rule=DATA_PROTECTION),
    ]
