"""Refusals: a rule said no, and the message tells the user what to do next."""


class RuleBroken(Exception):
    """A rule refused the act. `str()` of it is fit to show to the person who asked."""


class CannotRecord(Exception):
    """An access event could not be recorded, so the record is not shown."""
