"""`python -m localservices forget`: stop the embedded servers of LOCAL_DIR and delete their data."""

import shutil
import sys

from localservices import Services, folder
from localservices.places import Unavailable, find_places
from localservices.postgres import Postgres
from localservices.valkey import Valkey
from rehab import env


def forget() -> None:
    """Refused while any process uses them."""
    services = Services(find_places(folder()))
    with services.users.one_at_a_time():
        if not services.users.leave():
            env.stop("The embedded services are in use. Stop what uses them (make demo, make test) and try again.")
        Valkey(services.places).stop()
        Postgres(services.places).discard()
        shutil.rmtree(services.places.home)
        (services.places.local / "data-id").unlink(missing_ok=True)


if sys.argv[1:] != ["forget"]:
    env.stop("Usage: python -m localservices forget")
try:
    forget()
except Unavailable as refusal:
    env.stop(str(refusal))
