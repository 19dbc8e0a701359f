"""What a value weighs on its way to the page."""

import json
from typing import Any


def sent_bytes(value: Any) -> int:
    """What a value weighs on the wire: bytes as they are, the rest as JSON."""
    binary = 0

    def strip(inner: Any) -> Any:
        nonlocal binary
        if isinstance(inner, dict):
            return {key: strip(one) for key, one in inner.items()}
        if isinstance(inner, list | tuple):
            return [strip(one) for one in inner]
        if isinstance(inner, bytes):
            binary += len(inner)
            return None
        return inner

    text = json.dumps(strip(value))
    return binary + len(text)
