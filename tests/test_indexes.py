"""Every index earns its place: none is the beginning of another on the same table."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

OURS = {
    model._meta.db_table
    for app in apps.get_app_configs()
    if Path(app.path).parent == settings.BASE_DIR
    for model in app.get_models()
}

COVERED = """
SELECT narrow.indrelid::regclass::text, narrow.indexrelid::regclass::text, wide.indexrelid::regclass::text
FROM pg_index narrow
JOIN pg_index wide ON wide.indrelid = narrow.indrelid AND wide.indexrelid <> narrow.indexrelid
JOIN pg_class one ON one.oid = narrow.indexrelid
JOIN pg_class other ON other.oid = wide.indexrelid AND other.relam = one.relam
JOIN pg_am method ON method.oid = one.relam AND method.amname = 'btree'
WHERE one.relnamespace = 'public'::regnamespace
  AND NOT narrow.indisunique
  AND narrow.indexprs IS NULL AND wide.indexprs IS NULL
  AND (wide.indpred IS NULL OR pg_get_expr(wide.indpred, wide.indrelid) = pg_get_expr(narrow.indpred, narrow.indrelid))
  AND (narrow.indpred IS NULL OR wide.indpred IS NOT NULL)
  AND (string_to_array(wide.indkey::text, ' '))[1:narrow.indnkeyatts] = string_to_array(narrow.indkey::text, ' ')
  AND (string_to_array(wide.indclass::text, ' '))[1:narrow.indnkeyatts] = string_to_array(narrow.indclass::text, ' ')
  AND (wide.indnkeyatts > narrow.indnkeyatts OR wide.indisunique OR wide.indexrelid < narrow.indexrelid)
ORDER BY 1, 2
"""


@pytest.mark.django_db
def test_no_index_is_the_beginning_of_another():
    with connection.cursor() as cursor:
        cursor.execute(COVERED)
        covered = [row for row in cursor.fetchall() if row[0] in OURS]

    assert covered == [], "The wider index answers for the narrower one: db_index=False, or drop it."
