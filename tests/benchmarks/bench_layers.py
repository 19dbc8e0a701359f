"""Our layers against the library's, forward and backward: python -m tests.benchmarks.bench_layers [WORD] [--rounds 15]

A module in MODULES has `cases()`; each case names its ways, the library's first. WORD picks modules by a part of their
name.
"""

import argparse
import importlib

from tests.benchmarks.stopwatch import compare, row

MODULES = ("tests.benchmarks.layers_transformer", "tests.benchmarks.layers_unet", "tests.benchmarks.layers_diffusion")


def main() -> None:
    """Print one row a case."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("word", nargs="?", default="")
    ask.add_argument("--rounds", type=int, default=15)
    given = ask.parse_args()
    for module in MODULES:
        if given.word in module:
            for case in importlib.import_module(module).cases():
                print(row(case, compare(case, given.rounds)), flush=True)


if __name__ == "__main__":
    main()
