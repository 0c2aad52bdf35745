"""How the API says no: a broken rule is a 409 with the sentence a person would read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from common.errors import RuleBroken

REFUSAL = {"type": "object", "properties": {"detail": {"type": "string"}}}
REFUSALS = {
    "400": "What was sent does not fit. Each field says why.",
    "403": "Your role does not let you, or you are not signed in.",
    "404": "There is none, or not one that you may see.",
    "409": "A rule refuses it, and says why.",
}


def refusals(problem: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(problem, RuleBroken):
        return Response({"detail": str(problem)}, status=409)
    return exception_handler(problem, context)


def document_refusals(
    result: dict[str, Any], generator: object, request: Request | None, public: bool
) -> dict[str, Any]:
    """Add to every operation of the schema the refusals it may answer with."""
    result["components"]["schemas"]["Refusal"] = REFUSAL
    for path, method, operation in _operations(result):
        codes = ["400", "403", *(["404"] if _looks_up(path, operation) else []), *(["409"] if method == "post" else [])]
        operation["responses"] |= {code: _answer(REFUSALS[code]) for code in codes}
    return result


def _operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _looks_up(path: str, operation: dict[str, Any]) -> bool:
    return "{" in path or any(parameter["name"] == "page" for parameter in operation.get("parameters", []))


def _answer(description: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    return {"description": description, "content": content}


class NoSuchAddress(APIView):
    """An address of the API that is none, answered as the API answers."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound
