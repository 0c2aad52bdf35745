"""Seals signed under a key, who may add them and erasures, what the person reads of their documents, and how looks are found.

Seals that are here already keep their hashes, and are signed as they stand: this is the day from which their owner too
would be found out.
"""

import hmac

from django.conf import settings
from django.db import migrations, models

from common.postgres.policies import guard, sees

# The web may put on rehab_service for the officer's pages, so the role alone does not say that it is the night's work:
# who signed in does. Whoever owns the table is stopped by nothing here, and is found out by `verify_audit`.
NIGHT_ALONE = """
create function people_only_by_night() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if pg_has_role(session_user, 'rehab_web', 'member')
       and not pg_has_role(session_user, (select relowner from pg_class where oid = tg_relid), 'member') then
        raise exception '% is written by the worker alone', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger only_by_night before insert on people_lookseal for each row execute function people_only_by_night();
create trigger only_by_night before insert on people_erasure for each row execute function people_only_by_night();
revoke insert on people_lookseal, people_erasure from rehab_web, rehab_worker;
"""
ANYONE = """
drop trigger only_by_night on people_erasure;
drop trigger only_by_night on people_lookseal;
drop function people_only_by_night();
grant insert on people_lookseal, people_erasure to rehab_worker;
"""
# Staff who see the person read all of it; the person reads what they sent, and what is shared with them.
SHARED = (
    f"{sees()} and (shared_with_person or added_by_id = (select app_user())"
    " or participant_id <> all ((select app_self())::bigint[]))"
)


def sign(row):
    """As people.rights.seals signs; written out, since that may change and this may not."""
    word = settings.FIELD_KEYS[0].encode()
    row.key = hmac.digest(word, b"the name of a key of the audit", "sha256").hex()[:16]
    key = hmac.digest(word, b"the audit's seals", "sha256")
    row.mac = hmac.digest(key, f"{row.day.isoformat()}|{row.looks}|{row.hash}".encode(), "sha256").hex()


def sign_what_is_here(apps, schema_editor):
    seals = list(apps.get_model("people", "LookSeal").objects.order_by("day"))
    if not seals:
        return
    schema_editor.execute("alter table people_lookseal disable trigger user")
    for row in seals:
        sign(row)
        row.save(update_fields=["key", "mac"])
    schema_editor.execute("alter table people_lookseal enable trigger user")


class Migration(migrations.Migration):
    dependencies = [("people", "0012_merged_with_their_risk")]
    operations = [
        migrations.AddIndex("look", models.Index(fields=["page", "-at"], name="look_by_page")),
        migrations.AddIndex(
            "look", models.Index(fields=["-at"], name="look_in_emergency", condition=models.Q(why="BREAK_GLASS"))
        ),
        migrations.AddField("lookseal", "key", models.CharField(default="", max_length=16)),
        migrations.AddField("lookseal", "mac", models.CharField(default="", max_length=64)),
        migrations.RunPython(sign_what_is_here, migrations.RunPython.noop),
        migrations.RunSQL(NIGHT_ALONE, ANYONE),
        guard("people_document", SHARED, history="people_historicaldocument"),
    ]
