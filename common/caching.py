"""What the cache keeps is JSON, never a pickle: whoever can write to the cache cannot have us run what they wrote."""

from __future__ import annotations

import json
from typing import Any


class JsonSerializer:
    """Tuples come back as lists. Raises TypeError for what JSON cannot say. Whole numbers stay so, to be counted up."""

    def dumps(self, value: Any) -> int | str:
        return value if type(value) is int else json.dumps(value)

    def loads(self, data: bytes) -> Any:
        return json.loads(data)
