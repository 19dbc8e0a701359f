"""How long a part of a lecture is planned to take: the first words of its notes to teachers say it."""

import re

SMALL = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
TENS = {"ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "sixty": 60}
SAID = re.compile(r"\b([A-Za-z]+(?:-[a-z]+)?|\d+) minutes?\b")


def minutes(note: str) -> int | None:
    """The minutes that a note names first: `Twenty-five minutes, the heart of the lecture.` -> 25; None without any."""
    for found in SAID.finditer(note):
        word = found[1].lower()
        if word.isdigit():
            return int(word)
        tens, _, ones = word.partition("-")
        number = SMALL.get(tens) or TENS.get(tens)
        if number:
            return number + SMALL.get(ones, 0)
    return None


def stages(total: int) -> list[tuple[str, int]]:
    """Think, pair, share: two fifths alone, two fifths in pairs, the rest together, in seconds.

    The first two are whole half minutes, and nobody gets less than half a minute.
    """
    alone = max(30, int(total * 60 * 0.4 / 30) * 30)
    together = max(30, total * 60 - 2 * alone)
    return [("think", alone), ("pair", alone), ("share", together)]
