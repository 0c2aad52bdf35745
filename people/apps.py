from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from common import data_inventory
        from people.data_inventory import PERSONAL_DATA
        from people.sign_in import second_factor, session_timeout  # noqa: F401  they listen to signing in

        data_inventory.register(*PERSONAL_DATA)
