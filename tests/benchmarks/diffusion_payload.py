"""What opening lecture 14's explorer sends to the page: python -m tests.benchmarks.diffusion_payload (90 CPU seconds)

Runs the lecture's own cells down to its explorer, two sets of walks, and weighs what that sends once: state, program
and style sheet. It sends what a guess misses, so the bytes depend on the pictures, and shapes alone do not tell.
"""

from tests.benchmarks.notebook_cells import ask
from tests.browser.harness import weight

QUESTION = f"""
shown = list(Out.values())[-1]  # what the last cell showed
from {weight.__module__} import weight
sets = [(each["count"], [len(way["stops"]) for way in each["ways"]]) for each in shown.data["bundles"]]
tell([weight(shown), sets, shown.data["bundles"][0]["fineness"]])
"""


def main() -> None:
    """One line."""
    sent, sets, (noisy, clean) = ask("w14_diffusion/lecture.ipynb", "w14-9-explorer", QUESTION)
    shown = " and ".join(f"{count} pictures x {stops} stops" for count, stops in sets)
    print(f"{shown}: {sent:,} bytes, clean to {clean:.3f}, noisy to {noisy / 2:.3f} standard deviations")


if __name__ == "__main__":
    main()
