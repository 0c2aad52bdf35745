from django.apps import AppConfig


class LifeplansConfig(AppConfig):
    name = "lifeplans"
