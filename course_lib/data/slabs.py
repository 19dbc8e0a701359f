"""A split of things that lie in a row, such as the slices of a volume, where neighbours are nearly the same.

Split by chance, and every slice to be tested has a twin among those learned from. So whole slabs go to one side, and
what lies between two slabs is used by nobody.
"""

from course_lib.data.split import Split

TURNS = ("train", "valid", "train", "test")


def slabs(depth: int, size: int, gap: int) -> list[range]:
    """Cut `depth` slices into slabs of `size`, with `gap` slices between two; what is left over at the end is unused.

    Raises ValueError when not one slab fits, or the gap is negative.
    """
    if not 1 <= size <= depth or gap < 0:
        raise ValueError(
            f"slabs of {size} with gaps of {gap} in {depth} slices; size must be 1 to {depth}, gap 0 or more"
        )
    return [range(start, start + size) for start in range(0, depth - size + 1, size + gap)]


def split_slabs(depth: int, size: int, gap: int) -> Split[int]:
    """Slice numbers, slab after slab in turn to train, valid, train, test. -> Split, each part in rising order.

    Slices of two parts are always more than `gap` apart. Raises ValueError when there are not enough slabs for a test.
    """
    parts = {name: list[int]() for name in ("train", "valid", "test")}
    pieces = slabs(depth, size, gap)
    if len(pieces) < len(TURNS):
        raise ValueError(f"{depth} slices give {len(pieces)} slabs of {size} with gaps of {gap}; at least 4 are needed")
    for turn, piece in enumerate(pieces):
        parts[TURNS[turn % len(TURNS)]].extend(piece)
    return Split(**parts)
