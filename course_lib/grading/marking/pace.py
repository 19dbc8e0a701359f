"""Time limits that stay fair on a busy machine: a second is stretched by how many programs want each core."""

import os

MOST = 4.0  # no limit is stretched further than this


def stretch() -> float:
    """By how much a wall-clock limit is longer now than on an idle machine: 1 to 4."""
    try:
        wanting = os.getloadavg()[0]
    except (OSError, AttributeError):  # no such figure on this system
        return 1.0
    return min(MOST, max(1.0, wanting / len(os.sched_getaffinity(0))))
