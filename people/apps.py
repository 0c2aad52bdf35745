from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from common import registry
        from people import idle, second_factor  # noqa: F401  they listen to signing in
        from people.held import HELD

        registry.hold(*HELD)
