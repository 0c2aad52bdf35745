"""How the API says no: a broken rule is a 409 with the sentence a person would read."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.errors import RuleBroken


def refusals(problem: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(problem, RuleBroken):
        return Response({"detail": str(problem)}, status=409)
    return exception_handler(problem, context)
