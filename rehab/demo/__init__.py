"""The demo story: a year in the life of the service, told through the real services."""

from rehab.demo.cast import SIGN_IN_HELP

__all__ = ["SIGN_IN_HELP"]
