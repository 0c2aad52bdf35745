"""The demo story: a year in the life of the service, told through the real services."""
