"""The eight needs that a goal can touch, as the floor below keeps them."""

from people.models.needs import Need

__all__ = ["Need"]
