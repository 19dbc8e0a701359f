"""Denoising in words: the sentence a screen reader hears, and every stop as a row of a table.

The page says the same sentence from the same numbers; a test holds the two together.
"""

from dataclasses import dataclass

import numpy as np

from course_lib.widgets.denoising.bundle import Denoisings, Way

PLOT = (300, 120)  # a curve with its axes, in its own pixels
LEFT, RIGHT, TOP, BOTTOM = 34, 290, 12, 96
MOST_CHOICES = 12  # of labels to guess among
HEADING = ["t", "ᾱ", "log-SNR", "√ᾱ", "√(1−ᾱ)"]
PHRASES = {  # the page joins the same ones
    "when": "t = {t} of {last}",
    "ask": ". Predict first: watch {me} of {way}; when can you tell what it becomes?",
    "share": "ᾱ {kept}, log-SNR {snr}",
    "adding": ", adding noise: {signal} × clean + {noise} × noise; {share}. Chosen: {me}.",
    "taking": ": {share}. From prediction to end, {me}: {each}.",
    "waits": ", waiting at t = {t}",
    "became": ": {label}, and it became {end}",
    "verdict": " You could tell at t = {t}{became}; the prediction of {way} was half-way there at t = {half}.",
}


@dataclass(frozen=True)
class Choice:
    """Where a viewer looks. right "": one way only; guess None: nothing guessed yet, else the t and a label or ""."""

    t: int
    left: str
    right: str
    sample: int = 0
    forward: bool = False
    predict: bool = False
    guess: tuple[int, str] | None = None

    @property
    def hides(self) -> bool:
        """Whether the answer is held back until it is guessed."""
        return self.predict and not self.forward and self.guess is None

    @property
    def shown(self) -> list[str]:
        """The names of the ways on show, each once."""
        return list(dict.fromkeys(name for name in (self.left, self.right) if name))


def noun(it: Denoisings) -> str:
    """What the samples are called."""
    return "point" if it.points else "picture"


def facts(it: Denoisings, t: int) -> dict[str, str]:
    """What the schedule says at t, as text: share of variance kept, log-SNR, and the two factors of the closed form."""
    kept = float(it.alpha_bars[t])
    return {
        "kept": f"{kept:.3f}" if kept >= 0.0005 or kept == 0 else f"{kept:.0e}",
        "snr": "∞" if kept == 1 else f"{log_snr(kept):.2f}".replace("-", "−"),
        "signal": f"{kept**0.5:.3f}",
        "noise": f"{(1 - kept) ** 0.5:.3f}",
    }


def log_snr(kept: float) -> float:
    """Natural logarithm of signal over noise; a little above nothing and below everything."""
    return float(np.log(max(kept, 1e-12) / max(1 - kept, 1e-12)))


def across(it: Denoisings, t: int) -> float:
    """Where t stands on the axis of a curve: noise on the left, clean on the right."""
    return round(RIGHT - (RIGHT - LEFT) * t / it.last, 1)


def snr_range(it: Denoisings) -> tuple[float, float]:
    """The lowest and highest log-SNR of the curve, t = 0 left out, in whole fives."""
    ends = [log_snr(float(it.alpha_bars[t])) for t in (it.last, 1)]
    return float(np.floor(ends[0] / 5) * 5), float(np.ceil(ends[1] / 5) * 5)


def height(value: float, low: float, high: float) -> float:
    """Where a value stands on the upright axis."""
    return round(BOTTOM - (BOTTOM - TOP) * (min(max(value, low), high) - low) / (high - low), 1)


def spots(it: Denoisings) -> list[list[float]]:
    """For every time on show: across, then up on the curve of alpha-bar and on that of log-SNR."""
    low, high = snr_range(it)
    kept = [float(it.alpha_bars[t]) for t in it.times]
    return [
        [across(it, t), height(k, 0, 1), height(high if k == 1 else log_snr(k), low, high)]
        for t, k in zip(it.times, kept, strict=True)
    ]


def choices(it: Denoisings) -> dict[str, list[str]]:
    """For each way the labels to guess among; none where there are too many or too few."""
    found = {way.name: sorted(set(way.labels or [])) for way in it.ways.values()}
    return {name: some if 2 <= len(some) <= MOST_CHOICES else [] for name, some in found.items()}


def farthest(it: Denoisings) -> int:
    """The largest distance of any prediction from its end, in hundredths: the top of the curve's axis, 1 at least."""
    return max(1, *(int(way.far.max()) for way in it.ways.values()))


def hundredths(count: int) -> str:
    """0.34 for 34."""
    return f"{count // 100}.{count % 100:02d}"


def stand(way: Way, at: Choice) -> str:
    """One way at this time: `DDPM (7) 0.34`."""
    stop = way.stop_at(at.t)
    label = f" ({way.labels[at.sample]})" if way.labels else ""
    waits = "" if way.stops[stop] == at.t else f"{PHRASES['waits'].format(t=way.stops[stop])},"
    return f"{way.name}{label}{waits} {hundredths(int(way.far[stop, at.sample]))}"


def describe(it: Denoisings, at: Choice) -> str:
    """The time, what the schedule leaves of the picture there, and how far each way's prediction is from its end."""
    fact, me = facts(it, at.t), f"{noun(it)} {at.sample}"
    when = PHRASES["when"].format(t=at.t, last=it.last)
    if at.hides:
        return when + PHRASES["ask"].format(me=me, way=at.left)
    share = PHRASES["share"].format(**fact)
    if at.forward:
        return when + PHRASES["adding"].format(**fact, share=share, me=me)
    each = " and ".join(stand(it.ways[name], at) for name in at.shown)
    return when + PHRASES["taking"].format(share=share, me=me, each=each) + verdict(it, at)


def verdict(it: Denoisings, at: Choice) -> str:
    """How the guess compares with what came, and with when the model's own prediction was half-way there."""
    if not at.predict or at.guess is None:
        return ""
    (t, label), way = at.guess, it.ways[at.left]
    became = PHRASES["became"].format(label=label, end=way.labels[at.sample]) if label and way.labels else ""
    return PHRASES["verdict"].format(t=t, became=became, way=at.left, half=int(way.halfway[at.sample]))


def rows(it: Denoisings, at: Choice) -> list[list[str]]:
    """A heading, then a row a time. What a guess is about stays blank until it is made."""
    names = [] if at.forward else at.shown
    table = [[*HEADING, *names]]
    for t in it.times:
        fact = facts(it, t)
        ways = (it.ways[name] for name in names)
        far = ["" if at.hides else hundredths(int(way.far[way.stop_at(t), at.sample])) for way in ways]
        table.append([str(t), fact["kept"], fact["snr"], fact["signal"], fact["noise"], *far])
    return table


def table(it: Denoisings, at: Choice) -> str:
    """The same as text, columns lined up."""
    found = rows(it, at)
    widths = [max(len(row[i]) for row in found) for i in range(len(found[0]))]
    return "\n".join(
        "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in found
    )
