#!/usr/bin/env python
"""Run a command of the service, starting or joining the embedded services where no address is set."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")

    import localservices

    localservices.provide()

    from django.core.management import execute_from_command_line

    if sys.argv[1:2] == ["migrate"]:
        import django

        from rehab import safety

        django.setup()
        safety.refuse_unsafe("migrate")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
