"""The web server's own log of requests: neither tokens nor what was asked for after the question mark."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from common.logs import without_tokens


def plain(address: str) -> str:
    return without_tokens(address.partition("?")[0])


class AccessLog(Logger):
    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        told: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        line = f"{environ['REQUEST_METHOD']} {plain(environ['RAW_URI'])} {environ['SERVER_PROTOCOL']}"
        return told | {"r": line, "U": plain(told["U"] or ""), "q": "", "f": plain(told["f"] or "-")}
