"""Needs in words."""

from django import template

from lifeplans.needs import Need

register = template.Library()


@register.filter
def need_label(need: str) -> str:
    return Need(need).label if need in Need.values else ""
