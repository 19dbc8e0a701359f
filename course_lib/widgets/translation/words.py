"""A translation in words: the sentence a screen reader hears, and one step as tables.

The page says the same sentence from what Python sent; a test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_lib.widgets.attention.words import plain
from course_lib.widgets.kit.levels import percent, to_levels
from course_lib.widgets.translation.bundle import Translation

PHRASES = {  # the page joins the same ones
    "looks": "{next} {name}, looks at {weights}.",
    "selected": "Selected: {weight}.",
    "node": "Hypothesis {hypothesis}.",
    "hypothesis": "“{labels}”: log-probability {total}{became}",
    "average": "average of the heads",
    "head": "head {head}",
}


def visible(it: Translation, labels: Sequence[str]) -> list[str]:
    """Labels as shown: blanks made visible, and the end mark set apart where labels stand without a gap."""
    return plain([f"⟨{label}⟩" if label == it.end and not it.joint else label for label in labels])


def share(probability: float) -> str:
    """A probability in the words that weights have too."""
    return percent(int(to_levels(np.array([min(probability, 1.0)]))[0]))


def rest(it: Translation, step: int) -> str:
    """What all labels share that are not among the candidates."""
    return share(max(0.0, 1 - sum(probability for _, probability in it.candidates[step])))


def neutral(it: Translation, step: int) -> list[int]:
    """The candidates in an order that gives nothing away: by their labels."""
    labels = [label for label, _ in it.candidates[step]]
    return sorted(range(len(labels)), key=labels.__getitem__)


def notes(it: Translation, step: int) -> list[str]:
    """What there is to say about each candidate: chosen, true, both, or nothing."""
    known = (("chosen", it.target[step]), ("true", it.true_at(step)))
    return [", ".join(word for word, which in known if which == label) for label, _ in it.candidates[step]]


def verdict(it: Translation, step: int, guess: int) -> str:
    """What is said of a guess."""
    label, probability = it.candidates[step][guess]
    if label == it.target[step]:
        return "Your guess was right."
    also = " is true, but" if label == it.true_at(step) else ""
    return f"Your guess “{visible(it, [label])[0]}” {share(probability)}{also} was not chosen."


@dataclass(frozen=True)
class Place:
    """Where a viewer looks: head -1 is the average, column -1, node -1 and guess -1 mean none."""

    layer: int = 0
    head: int = -1
    step: int = 0
    column: int = -1
    node: int = -1
    predict: bool = False
    guess: int = -1

    @property
    def veiled(self) -> bool:
        """What comes next is not to be seen yet."""
        return self.predict and self.guess < 0

    @property
    def shown(self) -> int | None:
        """The last step that may be seen while guessing, -1 for none; None when all may."""
        return self.step - self.veiled if self.predict else None


def begin(it: Translation, step: int) -> str:
    """Which step it is, and what stands before it."""
    after = f"after “{it.joint.join(visible(it, it.target[:step]))}”" if step else "at the start"
    return f"Step {step + 1} of {len(it.target)}, {after}:"


def asked(it: Translation, step: int) -> str:
    """A step while its answer is hidden."""
    labels = visible(it, [it.candidates[step][i][0] for i in neutral(it, step)])
    return f"{begin(it, step)} what comes next? {', '.join(f'“{label}”' for label in labels)}."


def told(it: Translation, step: int) -> str:
    """A step with its answer: what was chosen, what else was likely, what is true where that is known."""
    said = {label: f"“{visible(it, [label])[0]}” {share(probability)}" for label, probability in it.candidates[step]}
    chosen = said.pop(it.target[step])
    others = f", beside {', '.join(list(said.values())[:2])}" if said else ""
    words, right = f"{begin(it, step)} {chosen} is chosen{others}.", it.true_at(step)
    if right is not None:
        words += f" The truth is “{visible(it, [right])[0]}”."
    elif it.truth is not None and step > it.parted:
        words += f" The output left the truth at step {it.parted + 1}."
    return words


def number(value: float) -> str:
    """A log-probability with two decimals and a true minus sign."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def fate(it: Translation, node: int) -> str:
    """What became of a hypothesis: kept, finished or dropped."""
    found = it.tree.nodes[node]
    return "dropped" if not found.kept else "finished" if found.ended else "kept"


def became(it: Translation, node: int) -> str:
    """Its score, its rank, whether it was kept, and which paths lead through it."""
    tree, found = it.tree, it.tree.nodes[node]
    score = "" if found.score is None else f", score {number(found.score)}"
    paths = [(" on the greedy path", tree.greedy), (" on the best path", tree.best)]
    through = ",".join(["", *(name for name, path in paths if node in path)])
    rank = f"rank {tree.rank[node]} of {tree.sizes[tree.column[node]]}"
    return f"{score}, {rank}, {fate(it, node)}{through}"


def hypothesis(it: Translation, node: int) -> str:
    """The labels of a hypothesis, its total, and what became of it."""
    labels, total = it.joint.join(visible(it, it.tree.labels(node))), number(it.tree.nodes[node].total)
    return PHRASES["hypothesis"].format(labels=labels, total=total, became=became(it, node))


def describe(it: Translation, at: Place) -> str:
    """The step, where it looks, the letter singled out, the guess, and the hypothesis of the tree."""
    source = plain(it.source)
    levels = to_levels(it.maps[at.layer, at.head + 1, at.step])
    best = [int(s) for s in np.argsort(-levels.astype(int), kind="stable")[:3] if levels[s]]

    def weight(s: int) -> str:
        return f"“{source[s]}” ({s}) {percent(levels[s])}"

    next_ = asked(it, at.step) if at.veiled else told(it, at.step)
    words = [PHRASES["looks"].format(next=next_, name=name_of(it, at), weights=", ".join(map(weight, best)))]
    if at.column >= 0:
        words.append(PHRASES["selected"].format(weight=weight(at.column)))
    if at.guess >= 0:
        words.append(verdict(it, at.step, at.guess))
    if at.node >= 0 and not at.veiled:
        words.append(PHRASES["node"].format(hypothesis=hypothesis(it, at.node)))
    return " ".join(words)


def name_of(it: Translation, at: Place) -> str:
    """The layer and head looked at."""
    assert it.layer_names is not None  # a checked bundle has them
    head = PHRASES["average"] if at.head < 0 else PHRASES["head"].format(head=at.head)
    return f"{it.layer_names[at.layer]}, {head}"


def rows(it: Translation, at: Place) -> list[tuple[str, float | None, str]]:
    """The candidates of a step: label, probability, note; until guessed in neutral order, without the rest."""
    found = it.candidates[at.step]
    if at.veiled:
        return [(found[i][0], None, "") for i in neutral(it, at.step)]
    noted = notes(it, at.step)
    if at.guess >= 0:
        noted[at.guess] += " (your guess)"
    return [(label, probability, note) for (label, probability), note in zip(found, noted, strict=True)]


def table(it: Translation, at: Place) -> str:
    """The step as text, columns lined up: the weight of every letter, then the candidates."""
    levels = to_levels(it.maps[at.layer, at.head + 1, at.step])
    lines = [["", "letter", "weight", ""]]
    lines += [[str(s), label, percent(levels[s]), ""] for s, label in enumerate(plain(it.source))]
    lines.append(["", "next", "probability", "note"])
    for label, probability, note in rows(it, at):
        lines.append(["", visible(it, [label])[0], "" if probability is None else share(probability), note])
    widths = [max(len(line[i]) for line in lines) for i in range(4)]
    texts = [f"{a:>{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}  {d}" for a, b, c, d in lines]
    return "\n".join(text.rstrip() for text in texts)
