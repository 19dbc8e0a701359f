"""Every state of the skips as a row of a table, with its Dice."""

from course_lib.widgets.skips_bundle import ON, SWAPPED, WORDS, Skips
from course_lib.widgets.skips_words import Choice, cents, said


def listed_states(it: Skips) -> list[tuple[int, ...]]:
    """The states of the table: every on and off, all on first, then each skip swapped alone."""
    switched = [state for state in it.states if SWAPPED not in state][::-1]
    alone = [tuple(SWAPPED if i == skip else ON for i in range(it.depth)) for skip in range(it.depth)]
    return switched + (alone if it.kinds > SWAPPED else [])


def rows(it: Skips, at: Choice) -> list[list[str]]:
    """A heading, then a row a state. While a guess is awaited, only the row of all skips on."""
    table = [[*(f"skip {skip + 1}" for skip in range(it.depth)), *it.names, "mean"]]
    states = [it.all_on] if at.hides else listed_states(it)
    for state in states + ([at.state] if at.state not in states and not at.hides else []):
        table.append([*(WORDS[kind] for kind in state), *map(said, cents(it, state))])
    return table


def table(it: Skips, at: Choice) -> str:
    """The same as text, columns lined up."""
    found = rows(it, at)
    widths = [max(len(row[i]) for row in found) for i in range(len(found[0]))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in found]
    return "\n".join(line.rstrip() for line in lines)
