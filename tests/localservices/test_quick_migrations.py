"""The quick way to migrate asks PostgreSQL for just what Django's own way asks."""

from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from localservices import quick_migrations

WAYS = ("add_model", "add_field", "_append_option", "_remove_option")
ID = ("id", models.BigAutoField(primary_key=True))
TO_PET = models.ForeignKey("quick.Pet", models.PROTECT)
INDEX = models.Index(fields=["said"], name="quick_said")
UNIQUE = models.UniqueConstraint(fields=["said", "pet"], name="quick_pet_said")
OPERATIONS = [
    migrations.CreateModel("Person", [ID, ("name", models.CharField(max_length=20))]),
    migrations.CreateModel("Pet", [ID, ("owner", models.ForeignKey("quick.Person", models.CASCADE))]),
    migrations.AddField("person", "born", models.DateField(null=True)),
    migrations.AddField("person", "likes", models.ForeignKey("quick.Pet", models.SET_NULL, null=True)),
    migrations.AddField("person", "friends", models.ManyToManyField("quick.Person")),
    migrations.AddField("pet", "colour", models.CharField(default="red", max_length=9), preserve_default=False),
    migrations.CreateModel("Word", [ID, ("said", models.TextField()), ("pet", TO_PET)]),
    migrations.AddIndex("word", INDEX),
    migrations.AddConstraint("word", UNIQUE),
    migrations.AlterField("pet", "colour", models.CharField(max_length=12)),
    migrations.RemoveIndex("word", "quick_said"),
    migrations.RenameField("word", "said", "spoken"),
    migrations.RemoveConstraint("word", "quick_pet_said"),
    migrations.AddField("word", "heard_by", models.ManyToManyField("quick.Person", related_name="heard")),
    migrations.RemoveField("person", "likes"),
    migrations.AlterField("pet", "owner", models.ForeignKey("quick.Person", models.CASCADE, null=True)),
    migrations.DeleteModel("Word"),
]  # fmt: skip


def asked_for() -> list[str]:
    state, asked = ProjectState(), []
    _ = state.apps  # as in `migrate`, where the classes are there from the start
    for operation in OPERATIONS:
        before = state.clone()
        operation.state_forwards("quick", state)
        with connection.schema_editor(collect_sql=True) as editor:
            operation.database_forwards("quick", editor, before, state)
        asked.append("\n".join(editor.collected_sql))
    return asked


def test_every_operation_asks_postgres_for_the_same_as_django_does(db, monkeypatch):
    for name in WAYS:
        monkeypatch.setattr(ProjectState, name, getattr(quick_migrations, f"plain_{name.removeprefix('_')}"))
    as_django_does = asked_for()
    for name in WAYS:
        monkeypatch.setattr(ProjectState, name, getattr(quick_migrations, name.removeprefix("_")))
    assert asked_for() == as_django_does
    assert all(as_django_does)
