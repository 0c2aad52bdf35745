"""Django's Postgres backend. It tells each outer transaction who acts; nothing outlives it, so pooling is safe."""

from typing import Any

from django.db.backends.postgresql import base, features
from django.db.models import Model

from common.postgres import actor


class DatabaseFeatures(features.DatabaseFeatures):
    def allows_group_by_selected_pks_on_model(self, model: type[Model]) -> bool:
        """A view has no primary key that Postgres knows of, so all its columns are grouped by (columns.py)."""
        return super().allows_group_by_selected_pks_on_model(model) and not getattr(model, "hides_columns", False)


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures

    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:
        super().set_autocommit(autocommit, *args, **kwargs)
        if not autocommit and self.connection is not None and actor.current() != actor.NOBODY:
            with self.wrap_database_errors, self.connection.cursor() as cursor:
                cursor.execute(*actor.statement())
