"""Django's Postgres backend. It tells each outer transaction who acts; nothing outlives it, so pooling is safe."""

from typing import Any

from django.db.backends.postgresql import base

from common.postgres import actor


class DatabaseWrapper(base.DatabaseWrapper):
    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:
        super().set_autocommit(autocommit, *args, **kwargs)
        if not autocommit and self.connection is not None and actor.current() != actor.NOBODY:
            with self.connection.cursor() as cursor:
                cursor.execute(*actor.statement())
