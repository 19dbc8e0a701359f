"""The denoising explorer: samples on their way out of noise and back in, two ways side by side, at every stop.

Python does the arithmetic once and sends bytes; explorer.js draws from those bytes alone, so that the explorer keeps
working while the kernel is busy, and without one. Sizes: T steps of the schedule, S stops, N samples.
"""

from collections.abc import Sequence
from typing import Any

import traitlets
from matplotlib.figure import Figure

from course_lib.viz.denoising import draw_denoising
from course_lib.widgets.denoising import words
from course_lib.widgets.denoising.bundle import BadDenoisings, Denoisings
from course_lib.widgets.denoising.pack import pack
from course_lib.widgets.denoising.words import Choice
from course_lib.widgets.kit.explorer import Chosen, Explorer


class DenoisingExplorer(Explorer):
    """Look at samples on their way out of noise, one bundle or several. Raises BadDenoisings when they do not fit."""

    leading = ("bundle",)

    bundle = Chosen()
    t = traitlets.Int(0).tag(sync=True)  # the time; it goes to the nearest one at which some way stops
    left = traitlets.Unicode("").tag(sync=True)  # the names of the ways on show
    right = traitlets.Unicode("").tag(sync=True)  # "" where there is only one
    sample = Chosen()  # the sample looked at closely
    forward = traitlets.Bool(False).tag(sync=True)  # put noise in, instead of taking it out
    predict = traitlets.Bool(False).tag(sync=True)  # hold the answer back until it is guessed
    guess = traitlets.Dict().tag(sync=True)  # {"about": [bundle, left, sample], "t": time, "label": text or ""}

    def __init__(self, denoisings: Denoisings | Sequence[Denoisings]) -> None:
        several = [denoisings] if isinstance(denoisings, Denoisings) else list(denoisings)
        if not several or not all(isinstance(one, Denoisings) for one in several):
            found = ", ".join(type(one).__name__ for one in several) or "nothing"
            raise BadDenoisings(f"an explorer shows Denoisings(...), one or a list of them, not {found}")
        self.several = several
        names = list(several[0].ways)
        super().__init__(data=pack(several), t=several[0].times[0], left=names[0], right=[*names, ""][1])

    @classmethod
    def of(cls, denoisings: Denoisings | Sequence[Denoisings]) -> "DenoisingExplorer":
        """An explorer of one bundle, or of several to choose from."""
        return cls(denoisings)

    @property
    def denoisings(self) -> Denoisings:
        """The bundle on show."""
        return self.several[self.bundle]

    def limits(self, name: str) -> tuple[int, int]:
        """The lowest and highest value of a choice, for the bundle on show."""
        return 0, (len(self.several) if name == "bundle" else self.denoisings.count) - 1

    @traitlets.validate("t")
    def _a_stop(self, proposal: Any) -> int:
        t, it = int(proposal["value"]), self.denoisings
        if not 0 <= t <= it.last:
            raise traitlets.TraitError(f"t {t} does not exist; choose 0, clean, to {it.last}, noise")
        return min(it.times, key=lambda stop: abs(stop - t))

    @traitlets.validate("left", "right")
    def _a_way(self, proposal: Any) -> str:
        name, names = proposal["value"], list(self.denoisings.ways)
        if name not in names and not (proposal["trait"].name == "right" and len(names) == 1 and not name):
            raise traitlets.TraitError(f"there is no way {name!r}; choose {', '.join(names)}")
        return name

    @traitlets.observe("bundle")
    def _another_bundle(self, _: Any) -> None:
        """Bring the other choices into the range of the new bundle."""
        it = self.denoisings
        names = list(it.ways)
        self.set_trait("left", self.left if self.left in names else names[0])
        self.set_trait("right", self.right if self.right in names and len(names) > 1 else [*names, ""][1])
        self.clip("sample")
        self.set_trait("t", min(self.t, it.last))

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what the page chose, the bundle first; a time or way that does not exist there stays as it is."""
        changes = dict(sync_data)
        if "bundle" in changes:
            super().set_state({"bundle": changes.pop("bundle")})
        it = self.denoisings
        gone = {name for name in ("left", "right") if changes.get(name) and changes[name] not in it.ways}
        gone |= {"t"} if changes.get("t", 0) > it.last else set()
        super().set_state({name: value for name, value in changes.items() if name not in gone})

    @property
    def choice(self) -> Choice:
        """Where the viewer looks now. A guess counts for the question it was made about."""
        current = list(self.guess.get("about", [])) == [self.bundle, self.left, self.sample]
        guess = (int(self.guess["t"]), str(self.guess.get("label", ""))) if current and "t" in self.guess else None
        return Choice(self.t, self.left, self.right, self.sample, self.forward, self.predict, guess)

    def describe(self) -> str:
        """The sentence of the page's status line."""
        return words.describe(self.denoisings, self.choice)

    def table(self) -> str:
        """Every stop as a row: the schedule there, and how far each way's prediction is from its end."""
        return words.table(self.denoisings, self.choice)

    def still(self) -> Figure:
        """A matplotlib picture of the present view, drawn from the same arrays."""
        it, at = self.denoisings, self.choice
        ways = {name: (it.ways[name].stops, it.ways[name].noisy, it.ways[name].clean) for name in at.shown}
        return draw_denoising(
            ways, it.alpha_bars, it.shape, t=self.t, sample=self.sample, title=it.title,
            adding=(it.clean, it.noised(self.t)) if self.forward else None, hides=at.hides,
        )  # fmt: skip
