"""The request's id on every log line, error page and look; and no token of an address in any of them."""

import logging
import re
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
LETS_IN = re.compile(r"(/r/|/invited/|/reset/key/)[^/\s\"'?]+")  # before what lets its holder in


def without_tokens(text: str) -> str:
    return LETS_IN.sub(r"\1…", text)


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class TokenFilter(logging.Filter):
    """Django names the address of each answer that failed."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        kept = without_tokens(said)
        if kept != said:
            record.msg, record.args = kept, ()
        return True
