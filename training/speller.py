"""Train the week's speller on all of CMUdict: python -m training.speller --seed 0 (15 CPU minutes)

Letters to sounds on `cmudict.published_split`: 102,823 words to learn from, 2,670 to choose by, 12,000 to report on.
Phoneme error rate against the nearest listed pronunciation; a word is right if any listed pronunciation is said. Writes
course_lib/assets/w08/speller-seed<N>.json, and for seed 0 the weights, in half precision if the score stays.
A run that was cut off goes on where it was. `--on valid --beams 0` compares settings without touching the test words.
"""

import argparse

from torch import nn

from course_lib.data import cmudict
from course_lib.data.catalogue import CMUDICT as ARCHIVE
from course_lib.data.cmudict import SPEECH, SPELLING, Entry
from course_lib.models.transformer import Sizes, Transformer
from course_lib.train.scores import error_rates
from course_lib.train.shipped import rounded, ship
from training.sequence_run import draw_by_length, log, say, say_by_beam, train

LONGEST = 32


def rates(model: Transformer, entries: list[Entry], beams: int = 0) -> dict[str, float]:
    """Phoneme and word error rate in percent, greedily or with a beam."""
    spoken = cmudict.by_word(entries)
    source = SPELLING.encode(list(spoken), marks=True)[:, 1:]
    said = say_by_beam(model, source, beams, LONGEST) if beams else say(model, source, LONGEST)
    sounds, words = error_rates([SPEECH.decode(row) for row in said], list(spoken.values()))
    return {"phoneme_error": round(sounds, 3), "word_error": round(words, 3), "words": len(spoken)}


def main() -> None:
    """Train one seed, score it, write what came of it."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--seed", type=int, default=0)
    ask.add_argument("--steps", type=int, default=STEPS)
    ask.add_argument("--rate", type=float, default=RATE)
    ask.add_argument("--width", type=int, default=128)
    ask.add_argument("--inner", type=int, default=512)
    ask.add_argument("--layers", type=int, default=3)
    ask.add_argument("--tokens", type=int, default=TOKENS)
    ask.add_argument("--dropout", type=float, default=0.1)
    ask.add_argument("--beams", type=int, default=5)
    ask.add_argument("--on", choices=["test", "valid"], default="test")
    ask.add_argument("--name", default="speller")
    given = ask.parse_args()

    learn, choose, report = cmudict.published_split(cmudict.load())
    pairs = {(e.word, e.sounds): e for e in learn}.values()  # stress aside, some pronunciations are the same
    letters = SPELLING.encode([e.word for e in pairs], marks=True)[:, 1:]
    sounds = SPEECH.encode([e.sounds for e in pairs], marks=True)[:, 1:]

    def score_of(model: nn.Module) -> float:
        assert isinstance(model, Transformer)
        return rates(model, choose)["word_error"]

    sizes = Sizes(
        len(SPELLING),
        len(SPEECH),
        given.width,
        4,
        given.inner,
        given.layers,
        dropout=given.dropout,
        longest=LONGEST + 1,
    )
    draw = draw_by_length(letters, sounds, given.tokens)
    model, facts = train(sizes, draw, score_of, given.steps, given.rate, given.seed, given.name)
    rounding = {"valid_before_rounding": rates(model, choose), "valid_after_rounding": rates(rounded(model), choose)}
    entries = {"test": report, "valid": choose}[given.on]
    scores = {"greedy": rates(model, entries)}
    if given.beams:
        scores[f"beam {given.beams}"] = rates(model, entries, given.beams)
    command = f"python -m training.speller --seed {given.seed} --steps {given.steps}"
    data = {"archive": ARCHIVE.file, "sha256": ARCHIVE.sha256, "pairs": len(pairs), "split": "cmudict.published_split"}
    facts = {
        "command": command,
        "data": data,
        **facts,
        "tokens": given.tokens,
        "half_precision": rounding,
        given.on: scores,
    }
    print(scores, f"{facts['cpu_seconds']} CPU seconds", flush=True)
    if given.on == "test":
        log(f"w08/{given.name}-seed{given.seed}", facts)
        if given.seed == 0:
            ship(f"w08/{given.name}", model, half=True, **facts)


STEPS, RATE, TOKENS = 4500, 3e-3, 1100

if __name__ == "__main__":
    main()
