from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from common import registry
        from people.held import HELD

        registry.hold(*HELD)
