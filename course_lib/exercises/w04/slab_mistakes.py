"""Splits into slabs that go wrong, each in one way."""

Slabs = list[range]


def from_starts(starts: range, size: int) -> Slabs:
    return [range(start, start + size) for start in starts]


def gap_forgotten(depth: int, size: int, gap: int) -> Slabs:
    return from_starts(range(0, depth - size + 1, size), size)


def gap_of_one_less(depth: int, size: int, gap: int) -> Slabs:
    return from_starts(range(0, depth - size + 1, size + gap - 1), size)


def gap_of_one_more(depth: int, size: int, gap: int) -> Slabs:
    return from_starts(range(0, depth - size + 1, size + gap + 1), size)


def gap_taken_out_of_the_slab(depth: int, size: int, gap: int) -> Slabs:
    return [range(start, start + size - gap) for start in range(0, depth - size + 1, size)]


def gap_as_step(depth: int, size: int, gap: int) -> Slabs:
    return from_starts(range(0, depth - size + 1, gap), size)


def rest_kept(depth: int, size: int, gap: int) -> Slabs:
    return [range(start, min(start + size, depth)) for start in range(0, depth, size + gap)]


def last_one_moved_back(depth: int, size: int, gap: int) -> Slabs:
    found = from_starts(range(0, depth - size, size + gap), size)
    return [*found, range(depth - size, depth)]


def last_one_lost(depth: int, size: int, gap: int) -> Slabs:
    return from_starts(range(0, depth - size, size + gap), size)


def gap_in_front(depth: int, size: int, gap: int) -> Slabs:
    return from_starts(range(gap, depth - size + 1, size + gap), size)


def ends_included(depth: int, size: int, gap: int) -> Slabs:
    return [range(start, start + size + 1) for start in range(0, depth - size + 1, size + gap)]
