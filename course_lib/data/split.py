"""A split that never moves: where an item goes depends on the item alone, not on its neighbours in the list."""

from collections.abc import Callable, Hashable, Sequence
from hashlib import blake2b
from typing import Generic, NamedTuple, TypeVar

Item = TypeVar("Item")


class Split(NamedTuple, Generic[Item]):
    """What to learn from, what to choose by, and what to report on; they share no key."""

    train: list[Item]
    valid: list[Item]
    test: list[Item]


def split_by(
    items: Sequence[Item], key: Callable[[Item], Hashable], seed: int = 0, held_out: float = 0.05
) -> Split[Item]:
    """Put all items with the same key on the same side, by a hash of the key.

    held_out   the share of keys in `valid`, and again in `test`; 0 < held_out < 0.5
    -> Split, each part in the order of `items`; adding items never moves others
    """
    if not 0 < held_out < 0.5:
        raise ValueError(f"held_out={held_out}: two parts of that size must leave something to learn from (0 to 0.5)")
    parts = Split[Item]([], [], [])
    for item in items:
        place = unit_hash(key(item), seed)
        parts[1 if place < held_out else 2 if place < 2 * held_out else 0].append(item)
    return parts


def unit_hash(key: Hashable, seed: int = 0) -> float:
    """A number in [0, 1) that is the same on every machine and in every year."""
    return int.from_bytes(blake2b(f"{seed}:{key}".encode(), digest_size=7).digest(), "big") / 2**56
