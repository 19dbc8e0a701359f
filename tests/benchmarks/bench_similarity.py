"""How long a class takes to compare, and what is found: python -m tests.benchmarks.bench_similarity [--size 400]"""

import argparse
import time

from course_lib.grading.similarity.fingerprints import traces_of
from course_lib.grading.similarity.pairs import find_similar
from tests.grading.similar_class import GIVEN, RELEASED, make_class


def main() -> None:
    """Print one row a made-up class."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--size", type=int, default=400)
    ask.add_argument("--copies", type=int, default=10)
    ask.add_argument("--seeds", type=int, default=5)
    given = ask.parse_args()
    for seed in range(given.seeds):
        cells, truth = make_class(given.size, given.copies, seed)
        traces_of.cache_clear()
        wall, cpu = time.perf_counter(), time.process_time()
        pairs = find_similar(cells, [*RELEASED, *GIVEN], most=10**6)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        found = [frozenset({pair.one, pair.other}) for pair in pairs]
        first = truth & set(found[: len(truth)])
        time_taken = f"{given.size} submissions: {cpu:.2f} CPU-s, {wall:.2f} s"
        listed = f"{len(truth & set(found))} of {len(truth)} copies listed, {len(first)} in the first places"
        print(f"{time_taken}; {listed}, {len(set(found) - truth)} other pairs", flush=True)


if __name__ == "__main__":
    main()
