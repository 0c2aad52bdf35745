"""The demo story: a year in the life of the service, told through the real services."""

from sampledata.demo.ways_in import SIGN_IN_HELP

__all__ = ["SIGN_IN_HELP"]
