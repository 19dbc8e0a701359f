"""What the page of a denoising explorer should have on its canvases, worked out in numpy from the bytes it was sent."""

import zlib
from typing import Any

import numpy as np


def numbers(packed: bytes, *shape: int) -> np.ndarray:
    """Four numbers in a byte, 3 for more; low bytes, then high bytes of how much more; the last bit is the sign."""
    data = np.frombuffer(zlib.decompress(packed), np.uint8)
    count = int(np.prod(shape))
    quads, rest = np.split(data, [-(-count // 4)])
    folded = np.stack([quads >> shift & 3 for shift in (0, 2, 4, 6)], axis=1).reshape(-1)[:count].astype(int)
    low, high = rest.reshape(2, -1).astype(int)
    folded[folded == 3] += low + 256 * high
    return np.where(folded % 2, -(folded + 1) // 2, folded // 2).reshape(shape)


def decode(bundle: dict[str, Any]) -> tuple[dict[str, tuple[np.ndarray, np.ndarray]], np.ndarray, np.ndarray]:
    """-> name -> noisy, clean (S, N, D) as the page has them; the clean samples of the closed form; its noise"""
    size, start, ways = (bundle["count"], int(np.prod(bundle["shape"]))), None, {}
    for way in bundle["ways"]:
        levels = numbers(way["clean"], len(way["stops"]), *size).cumsum(0)
        missed = numbers(way["noisy"], len(way["stops"]), *size)
        have = np.zeros(size) if start is None else start
        noisy, before = [], np.zeros(size)
        for stop, level in enumerate(levels):
            clean = level * way["step"]
            if stop:
                a, b, c = way["mix"][stop - 1]
                have = a * have + b * before + c * clean
            have = have + missed[stop] * way["steps"][stop]
            before = clean
            noisy.append(have)
        start = noisy[0] if start is None else start
        ways[way["name"]] = np.stack(noisy), levels * way["step"]
    assert start is not None
    return ways, numbers(bundle["given"], *size) * bundle["unit"] + bundle["low"], start


def greys(values: np.ndarray) -> np.ndarray:
    """-1 is 0, 1 is 255, and nothing lies outside."""
    return np.clip(np.floor((values + 1) * 127.5 + 0.5), 0, 255).astype(np.uint8)


def sheet(samples: np.ndarray, shape: tuple[int, ...], columns: int) -> np.ndarray:
    """samples (N, D) side by side with two empty dots between them -> (height, width, 4) bytes"""
    channels, high, wide = shape
    rows = -(-len(samples) // columns)
    out = np.zeros((rows * (high + 2) - 2, columns * (wide + 2) - 2, 4), np.uint8)
    for n, sample in enumerate(greys(samples)):
        y, x = (n // columns) * (high + 2), (n % columns) * (wide + 2)
        picture = np.moveaxis(sample.reshape(channels, high, wide), 0, -1)
        out[y : y + high, x : x + wide, :3] = picture
        out[y : y + high, x : x + wide, 3] = 255
    return out
