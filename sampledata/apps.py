from django.apps import AppConfig


class SampleDataConfig(AppConfig):
    name = "sampledata"

    def ready(self) -> None:
        from common import places
        from people.sign_in.second_factor import SET_UP

        places.register(enter="enter")
        SET_UP.add("enter")
