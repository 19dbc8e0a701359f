"""Translations to look at: a small next-token table of fixed chance, searched by the course's own beam search."""

import torch
from torch import Tensor

from course_lib.train.search import grow_tree
from course_lib.widgets.translation import Translation, candidates_of, nodes_of

SOUNDS = sorted(set("AA AE AH AO AY B D EH ER F G IH IY JH K L M N NG P R S SH T TH UW V W Y Z".split()))  # noqa: SIM905
CHARACTERS = list("BCFHINOSclnos123456()[]=#+-@/\\")
START, END = 1, 2
SPOKEN = {
    "knight": "N AY T",
    "physics": "F IH Z IH K S",
    "thoughtful": "TH AO T F AH L",
    "queue": "K Y UW",
}
INCHI = "InChI=1S/C9H8O4/c1-6(10)13-8-5-3-2-4-7(8)9(11)12/h2-5H,1H3"
SMILES = "CC(=O)OC1=CC=CC=C1C(=O)OCC(N)C(=O)CCOC"


def names_of(symbols: list[str]) -> list[str]:
    """Labels by number, the three marks first."""
    return ["pad", "start", "end", *symbols]


def next_scores(truth: list[int], tokens: int, seed: int, sure: float = 5.5):
    """A table of scores by place and by the token before: mostly the truth, with chance in it."""
    chance = torch.Generator().manual_seed(seed)
    by_place = torch.randn(len(truth) + 4, tokens, generator=chance)
    after = torch.randn(tokens, tokens, generator=chance)
    by_place[range(len(truth)), truth] += sure
    by_place[len(truth) :, END] += 6
    by_place[:, :2] = -20

    def scores(so_far: Tensor) -> Tensor:
        place = min(so_far.shape[1] - 1, len(by_place) - 1)
        return by_place[place] + 1.2 * after[so_far[:, -1]]

    return scores


def weights_of(layers: int, heads: int, steps: int, letters: int, seed: int) -> Tensor:
    """(L, H, T, S) that walk along the source, each head with its own lag, width and chance."""
    chance = torch.Generator().manual_seed(seed)
    lag = torch.rand(layers, heads, 1, 1, generator=chance) * 3 - 1.5
    width = 0.5 + 2 * torch.rand(layers, heads, 1, 1, generator=chance)
    place = torch.arange(steps)[:, None] * (letters - 1) / max(steps - 1, 1) + lag
    scores = -(((torch.arange(letters) - place) / width) ** 2) / 2
    return (scores + 0.7 * torch.randn(layers, heads, steps, letters, generator=chance)).softmax(-1)


def translate(
    source: list[str],
    truth: list[str],
    symbols: list[str],
    *,
    layers: int = 2,
    heads: int = 3,
    beams: int = 4,
    seed: int = 0,
    best: int = 0,
    penalty: float = 0.0,
    joint: str = " ",
    title: str = "",
) -> Translation:
    """Search the table, and bundle the output number `best` with its candidates and the whole tree."""
    names = names_of(symbols)
    wanted = [names.index(label) for label in truth] + [END]
    scores = next_scores(wanted, len(names), seed)
    tree = grow_tree(scores, START, END, beams, len(truth) + 3, penalty)
    tokens = list(tree.hypotheses()[best].tokens)
    shifted = torch.tensor([START, *tokens[:-1]])
    every = torch.stack([scores(shifted[None, : t + 1])[0] for t in range(len(tokens))])
    return Translation(
        source,
        [names[token] for token in tokens],
        weights_of(layers, heads, len(tokens), len(source), seed),
        candidates_of(every, tokens, names),
        nodes_of(tree, names),
        truth=truth,
        title=title or joint.join(source),
        joint=joint,
    )


def word(text: str = "physics", seed: int = 3, **options) -> Translation:
    """Letters to sounds; words that are not in the list are spelled by the sounds of their letters."""
    sounds = SPOKEN.get(text, " ".join(SOUNDS[ord(letter) % len(SOUNDS)] for letter in text)).split()
    return translate(list(text), sounds, SOUNDS, seed=seed, title=text, **options)


def words() -> list[Translation]:
    """Several examples at once."""
    return [word(text) for text in SPOKEN]


def large() -> Translation:
    """About the largest there is: 58 characters in, 39 out, 3 layers of 4 heads, 5 beams."""
    assert (len(INCHI), len(SMILES)) == (58, 38)
    return translate(
        list(INCHI),
        list(SMILES),
        CHARACTERS,
        layers=3,
        heads=4,
        beams=5,
        seed=1,
        joint="",
        title="an InChI to its SMILES",
    )


SAMPLES = {"word": word, "words": words, "large": large}
