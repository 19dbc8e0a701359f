"""Train a translator of molecules' names: python -m training.translator (20 CPU minutes)

InChI to SMILES on QM9, character by character: 117,881 molecules to learn from, 6,559 with InChIs never seen to report
on. The target is RDKit's canonical SMILES. Scores: the string is right; the molecule is right (RDKit reads both as the
same, however written); RDKit can read it; the share of characters to change. Baseline: copy the SMILES of the training
InChI that begins alike longest.
Writes course_lib/assets/w08/translator.pt and .json. A run that was cut off goes on where it was.
"""

import argparse
import bisect
import itertools
from collections.abc import Sequence

from rdkit import Chem, RDLogger
from torch import Tensor, nn

from course_lib.data import qm9
from course_lib.data.alphabet import Alphabet
from course_lib.data.catalogue import QM9 as ARCHIVE
from course_lib.models.transformer import Sizes, Transformer
from course_lib.train.scores import error_rates
from course_lib.train.shipped import rounded, ship
from training.sequence_run import draw_by_length, say, say_by_beam, train

PREFIX, LONGEST, WRITTEN = "InChI=1S/", 80, 32


def canonical(smiles: str) -> str | None:
    """RDKit's one way to write a molecule, or None when it cannot read it."""
    molecule = Chem.MolFromSmiles(smiles)
    return None if molecule is None else Chem.MolToSmiles(molecule)


def scores(said: Sequence[str], truth: Sequence[str]) -> dict[str, float]:
    """Percent of strings right, of molecules right, of strings that are a molecule at all."""
    read = [canonical(each) for each in said]
    hits = {
        "string_right": [a == b for a, b in zip(said, truth, strict=True)],
        "molecule_right": [a == b for a, b in zip(read, truth, strict=True)],
        "valid": [each is not None and said != "" for each, said in zip(read, said, strict=True)],
    }
    characters, _ = error_rates(said, [[each] for each in truth])
    hits_in_percent = {name: round(100 * sum(right) / len(right), 2) for name, right in hits.items()}
    return hits_in_percent | {"character_error": round(characters, 2), "molecules": len(truth)}


def copied(known: Sequence[tuple[str, str]], asked: Sequence[str]) -> list[str]:
    """The baseline: the SMILES of the known InChI with the longest common beginning."""
    known = sorted(known)
    names = [inchi for inchi, _ in known]
    said = []

    def shared(a: str, b: str) -> int:
        return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))

    for inchi in asked:
        place = bisect.bisect(names, inchi)
        near = range(max(0, place - 1), min(len(known), place + 1))
        said.append(known[max(near, key=lambda i: shared(names[i], inchi))][1])
    return said


def main() -> None:
    """Train once, score, write what came of it."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--steps", type=int, default=2000)
    ask.add_argument("--rate", type=float, default=2e-3)
    ask.add_argument("--tokens", type=int, default=6000)
    ask.add_argument("--seed", type=int, default=0)
    ask.add_argument("--on", choices=["test", "valid"], default="test")
    given = ask.parse_args()
    RDLogger.DisableLog("rdApp.*")

    molecules = qm9.load()
    learn, choose, report = molecules.split()
    inchi = [each.removeprefix(PREFIX) for each in molecules.inchi]
    smiles = [canonical(each) or each for each in molecules.smiles]
    reads, writes = (Alphabet(sorted(set("".join(texts)))) for texts in (inchi, smiles))

    def encoded(alphabet: Alphabet, texts: list[str], rows: Sequence[int]) -> Tensor:
        return alphabet.encode([texts[i] for i in rows], marks=True)[:, 1:]

    def measure(model: nn.Module, rows: Sequence[int], beams: int = 0) -> dict[str, float]:
        assert isinstance(model, Transformer)
        source = encoded(reads, inchi, rows)
        said = say_by_beam(model, source, beams, WRITTEN) if beams else say(model, source, WRITTEN)
        return scores(["".join(writes.decode(row)) for row in said], [smiles[i] for i in rows])

    sizes = Sizes(len(reads), len(writes), 96, 4, 384, 3, dropout=0.0, longest=LONGEST)
    draw = draw_by_length(encoded(reads, inchi, learn), encoded(writes, smiles, learn), given.tokens)
    model, facts = train(
        sizes, draw, lambda model: 100 - measure(model, choose[:1000])["molecule_right"], given.steps, given.rate,
        given.seed, "translator",
    )  # fmt: skip
    rounding = {
        "valid_before_rounding": measure(model, choose),
        "valid_after_rounding": measure(rounded(model), choose),
    }
    rows = {"test": report, "valid": choose}[given.on]
    copies = copied([(inchi[i], smiles[i]) for i in learn], [inchi[i] for i in rows])
    found = {
        "greedy": measure(model, rows),
        "beam 5": measure(model, rows[::6][:1000], 5),  # every sixth: QM9 is in order of size
        "baseline": scores(copies, [smiles[i] for i in rows]),
    }  # fmt: skip
    data = {"archive": ARCHIVE.file, "sha256": ARCHIVE.sha256, "pairs": len(learn), "split": "QM9.split"}
    symbols = {"reads": "".join(reads.symbols), "writes": "".join(writes.symbols), "prefix": PREFIX}
    command = f"python -m training.translator --steps {given.steps}"
    print(found, f"{facts['cpu_seconds']} CPU seconds", flush=True)
    if given.on == "test":
        ship(
            "w08/translator",
            model,
            half=True,
            command=command,
            data=data,
            **symbols,
            **facts,
            half_precision=rounding,
            test=found,
        )


if __name__ == "__main__":
    main()
