from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from people import idle, second_factor  # noqa: F401  they listen to signing in
