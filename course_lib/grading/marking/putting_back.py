"""What an answer did to its inputs, done to ours: so that a law about leaving them alone sees what a caller would."""

import contextlib
from typing import Any

from torch import Tensor


def put_back(given: Any, after: Any) -> Any:
    """Change our inputs as the answer changed its copies, so that laws see what a caller would. -> the value after

    None stands for what cannot be changed in place.
    """
    if isinstance(given, Tensor):
        if type(after) is not Tensor or given.requires_grad:
            return given
        with contextlib.suppress(RuntimeError):  # another dtype: then it was not changed in place
            given.data = after.detach()
    elif type(given) is list and type(after) is list:
        given[:] = [
            put_back(given[n], item) if n < len(given) and type(item) is type(given[n]) else item
            for n, item in enumerate(after)
        ]
    elif type(given) is dict and type(after) is dict:
        for key in [key for key in given if key not in after]:
            del given[key]
        for key, item in after.items():
            given[key] = put_back(given[key], item) if type(item) is type(given.get(key)) else item
    return given if after is None or isinstance(given, (Tensor, list, dict)) else after
