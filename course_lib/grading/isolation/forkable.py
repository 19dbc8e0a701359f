"""Memory laid out so that a fork is cheap.

A fork copies one entry for each 4 kB page that the parent has written: 40,000 of them with torch. Gathered into pages
of 2 MB they are 80, and a fork takes a third of the time.
"""

import ctypes
from pathlib import Path

HUGE = 2 << 20
_WANT_HUGE, _GATHER_NOW = 14, 25  # madvise(2); the second since Linux 6.1, older kernels say no and nothing changes


def gather_pages() -> int:
    """Ask the kernel to gather this process's own memory into huge pages. -> how many it made"""
    libc = ctypes.CDLL(None)
    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    made = 0
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, rights, *_, name = [*line.split(maxsplit=5), ""][:6]
        if rights != "rw-p" or name not in ("", "[heap]"):
            continue
        low, high = (int(each, 16) for each in span.split("-"))
        low, high = -(-low // HUGE) * HUGE, high // HUGE * HUGE
        if low < high and libc.madvise(low, high - low, _WANT_HUGE) == 0:
            made += sum(libc.madvise(page, HUGE, _GATHER_NOW) == 0 for page in range(low, high, HUGE))
    return made
