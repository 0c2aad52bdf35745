from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    name = "providers"

    def ready(self) -> None:
        from common import registry
        from providers.held import HELD

        registry.hold(*HELD)
