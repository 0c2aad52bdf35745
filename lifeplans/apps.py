from django.apps import AppConfig


class LifeplansConfig(AppConfig):
    name = "lifeplans"

    def ready(self) -> None:
        from common import registry
        from lifeplans.held import HELD

        registry.hold(*HELD)
