"""Tilings that go wrong, each in one way."""


def last_one_forgotten(size: int, tile: int, overlap: int) -> list[int]:
    return list(range(0, size - tile + 1, tile - overlap))


def over_the_edge(size: int, tile: int, overlap: int) -> list[int]:
    step = tile - overlap
    return [step * n for n in range(-(-(size - tile) // step) + 1)]


def a_start_at_every_step(size: int, tile: int, overlap: int) -> list[int]:
    return list(range(0, size, tile - overlap))


def last_one_twice(size: int, tile: int, overlap: int) -> list[int]:
    return [*range(0, size - tile + 1, tile - overlap), size - tile]


def moved_back_at_every_step(size: int, tile: int, overlap: int) -> list[int]:
    return [min(start, size - tile) for start in range(0, size, tile - overlap)]


def overlap_as_step(size: int, tile: int, overlap: int) -> list[int]:
    return [*range(0, size - tile, max(overlap, 1)), size - tile]


def no_overlap(size: int, tile: int, overlap: int) -> list[int]:
    return [*range(0, size - tile, tile), size - tile]


def one_too_far(size: int, tile: int, overlap: int) -> list[int]:
    return [*range(0, size - tile, tile - overlap), size - tile + 1]


def spread_evenly(size: int, tile: int, overlap: int) -> list[int]:
    steps = -(-(size - tile) // (tile - overlap))
    return [round(n * (size - tile) / steps) for n in range(steps + 1)] if steps else [0]


def corners_of_the_ends(size: int, tile: int, overlap: int) -> list[int]:
    return [start + tile for start in [*range(0, size - tile, tile - overlap), size - tile]]
