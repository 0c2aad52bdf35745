"""Is this container doing its part? `web` asks whether it is alive, `beat` how old the last heartbeat is."""

import json
import os
import sys
import urllib.error
import urllib.request

PAGES = {"web": "livez", "beat": "healthz"}
HOST = {"Host": "localhost"}  # which ALLOWED_HOSTS has, whatever the container is called
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # it is ours: no proxy of the environment's
PARTS = {"web": ("database", "broker"), "beat": ("beat",)}


def main(part: str, address: str) -> int:
    try:
        answer = DIRECT.open(urllib.request.Request(f"{address}/{PAGES[part]}", headers=HOST), timeout=5)  # noqa: S310
    except urllib.error.HTTPError as unwell:
        answer = unwell  # unwell as a whole; only our own part decides about this container
    health = json.load(answer)
    return 0 if all(health[name]["ok"] for name in PARTS[part]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], os.environ.get("HEALTH_ADDRESS", "http://127.0.0.1:8000")))
