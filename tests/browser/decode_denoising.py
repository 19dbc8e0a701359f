"""What the page of a denoising explorer should have on its canvases, worked out in numpy from the bytes it was sent."""

import zlib
from typing import Any

import numpy as np


def numbers(packed: bytes) -> np.ndarray:
    """Deflated low bytes, then high bytes; the last bit of each number is its sign."""
    planes = np.frombuffer(zlib.decompress(packed), np.uint8).astype(int).reshape(2, -1)
    folded = planes[0] + 256 * planes[1]
    return np.where(folded % 2, -(folded + 1) // 2, folded // 2)


def decode(bundle: dict[str, Any]) -> tuple[dict[str, tuple[np.ndarray, np.ndarray]], np.ndarray, np.ndarray]:
    """-> name -> noisy, clean (S, N, D) as the page has them; the clean samples of the closed form; its noise"""
    size, start, ways = (bundle["count"], int(np.prod(bundle["shape"]))), None, {}
    for way in bundle["ways"]:
        levels = numbers(way["clean"]).reshape(-1, *size).cumsum(0)
        missed = numbers(way["noisy"]).reshape(-1, *size)
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
    return ways, (numbers(bundle["given"]) * bundle["unit"] + bundle["low"]).reshape(size), start


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
