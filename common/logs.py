"""Log filters: every line carries the request's id, and no line carries a token from an address."""

import logging
import re
from contextvars import ContextVar

from django.core.exceptions import PermissionDenied

request_id: ContextVar[str] = ContextVar("request_id", default="-")
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
QUERY = re.compile(r"\?[^\s\"']*")
LETS_IN = re.compile(
    r"(/r/|/invited/|/reset/key/|/was-this-you/)[^/\s\"'?]+"
)  # parts of an address that are followed by a token


def without_tokens(text: str) -> str:
    return LETS_IN.sub(r"\1…", text)


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class TokenFilter(logging.Filter):
    """Remove tokens, and line ends that an address may hold, so that nobody else can write a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = None  # a refusal is no failure, and its words are for the user who was refused
        said = record.getMessage()
        kept = UNSEEN.sub(lambda found: repr(found[0])[1:-1], without_tokens(said))
        if kept != said:
            record.msg, record.args = kept, ()
        return True


class PathFilter(TokenFilter):
    """For a web server's own lines: no more of an address than its path, since what is searched for may be a name."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = QUERY.sub("?…", record.getMessage()), ()
        return super().filter(record)
