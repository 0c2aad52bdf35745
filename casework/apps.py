from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "casework"

    def ready(self) -> None:
        from common import places
        from people.record.tabs import TABS, Tab

        TABS.add(Tab("overview", "Overview", "person-overview", 10))
        places.register(
            home="home",
            my_home="portal-home",
            team="team",
            person="person-overview",
            merge="merge-choose",
            merged="merge-detail",
            first_days="first-days",
        )
