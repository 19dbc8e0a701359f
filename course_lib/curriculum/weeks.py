"""The sixteen weeks: their names, what each stands on, and what a run of each notebook may cost."""

from collections.abc import Collection
from dataclasses import dataclass

MEMORY_MB = 2048  # for every notebook; network attempts: none
LECTURE_SECONDS, HOMEWORK_SECONDS = 90, 45
SPOKEN = {  # where the folder's name is not what people say; short enough for a box of the map
    "neural_nets": "Neural nets",
    "resnet": "Residual nets",
    "unet": "U-Net",
    "recurrent": "Recurrence",
    "bert": "BERT",
    "gpt": "GPT",
    "vit_and_beyond": "ViT and beyond",
    "gnn": "Graph networks",
    "egnn": "Equivariance",
    "alphafold": "AlphaFold",
}


@dataclass(frozen=True)
class Week:
    """A week's number, the name its folder, module and widget share, its title, the weeks it builds on, and its
    lecture's budget in seconds."""

    id: str
    name: str
    title: str
    needs: tuple[str, ...] = ()
    seconds: int = LECTURE_SECONDS
    ported: bool = True  # does its lecture follow the pattern that the lints of `course build --check` hold?

    @property
    def folder(self) -> str:
        """The week's folder in solutions/ and lectures/."""
        return f"{self.id}_{self.name}"

    @property
    def spoken(self) -> str:
        """What people say: `U-Net`."""
        return SPOKEN.get(self.name, self.name.capitalize())

    @property
    def before(self) -> frozenset[str]:
        """All weeks it stands on, also through others."""
        return frozenset(earlier for other in self.needs for earlier in (other, *WEEKS[other].before))

    def lacks(self, there: Collection[str]) -> int:
        """How many of the weeks it stands on are not there; one that lacks the fewest is the one to begin with."""
        return len(self.before - set(there))


WEEKS = {
    week.id: week
    for week in (
        Week("w01", "neural_nets", "A function with knobs"),
        Week("w02", "convolution", "The same small question everywhere", ("w01",)),
        Week("w03", "resnet", "How to go deep", ("w02",)),
        Week("w04", "unet", "From what to where", ("w03",), 120, ported=False),
        Week("w05", "recurrent", "Memory with gates", ("w01",)),
        Week("w06", "dynamics", "Learning to move", ("w05",)),
        Week("w07", "attention", "Who listens to whom", ("w01",)),
        Week("w08", "transformer", "The whole machine", ("w07",), ported=False),
        Week("w09", "bert", "Read first, then work", ("w08",), 120),
        Week("w10", "gpt", "Writing molecules", ("w08",)),
        Week("w11", "vit_and_beyond", "Attention everywhere, and its price", ("w08",)),
        Week("w12", "gnn", "Who touches whom", ("w07",), ported=False),
        Week("w13", "egnn", "Laws of symmetry", ("w12",)),
        Week("w14", "diffusion", "Undoing noise", ("w04", "w13"), 120, ported=False),
        Week("w15", "alphafold", "Bite-sized pieces", ("w08", "w14"), 120),
        Week("w16", "choosing", "The right model for the question", ("w06", "w15")),
    )
}


def find_week(week: str) -> Week:
    """The week called `w07`; raises ValueError that names the nearest one when there is none."""
    if week in WEEKS:
        return WEEKS[week]
    digits = "".join(letter for letter in str(week) if letter.isdigit())
    near = f"w{int(digits):02d}" if digits else ""
    meant = f"did you mean {near!r}?" if near in WEEKS else "weeks run from 'w01' to 'w16'"
    raise ValueError(f"there is no week {week!r}; {meant}")


def budget_seconds(week: str | None, notebook: str = "lecture") -> int:
    """Seconds a notebook may take on two cores: `lecture` (start_here counts as one) or `homework`."""
    if notebook not in ("lecture", "homework"):
        raise ValueError(f"a notebook is a 'lecture' or a 'homework', not {notebook!r}")
    if notebook == "homework":
        return HOMEWORK_SECONDS
    return find_week(week).seconds if week else LECTURE_SECONDS
