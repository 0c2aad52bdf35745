from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "engagement"

    def ready(self) -> None:
        from common import registry
        from engagement.held import HELD

        registry.hold(*HELD)
        from engagement import columns, following
        from people import services

        columns.add()
        services.FOLLOWS.append(following.follow)
