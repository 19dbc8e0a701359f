"""The base in Python: ranges, what the page chose, stand-ins, and questions with their answers."""

from typing import Any

import pytest
import traitlets
from matplotlib.figure import Figure

from course_lib.widgets.kit.explorer import AskedExplorer, Chosen, Explorer


class Shelf(Explorer):
    """Books on shelves: the shelf is chosen first, and each has as many places as it has."""

    leading = ("shelf",)
    shelf = Chosen()
    place = Chosen(-1)

    def __init__(self, *sizes: int) -> None:
        self.sizes = sizes
        super().__init__()

    def limits(self, name: str) -> tuple[int, int]:
        """Shelves from 0, places from -1."""
        return (0, len(self.sizes) - 1) if name == "shelf" else (-1, self.sizes[self.shelf] - 1)

    @traitlets.observe("shelf")
    def _another(self, _: Any) -> None:
        self.clip("place")

    def describe(self) -> str:
        """Where the viewer looks."""
        return f"shelf {self.shelf}, place {self.place}"

    def still(self) -> Figure:
        """Nothing to see."""
        raise RuntimeError("no picture")


def test_a_choice_that_does_not_exist_is_refused_with_those_that_do() -> None:
    widget = Shelf(3, 5)
    with pytest.raises(traitlets.TraitError, match="place 3 does not exist; choose -1 to 2"):
        widget.place = 3
    assert widget.place == -1


def test_the_page_chooses_the_leading_thing_first() -> None:
    widget = Shelf(3, 5)
    widget.set_state({"place": 4, "shelf": 1})
    assert (widget.shelf, widget.place) == (1, 4)
    widget.set_state({"place": 9, "shelf": 0})
    assert (widget.shelf, widget.place) == (0, 2)
    widget.set_state({"place": -7})
    assert widget.place == -1


def test_the_page_hears_nothing_of_what_lay_between() -> None:
    widget = Shelf(5, 3)
    widget.place = 4
    sent: list[dict[str, Any]] = []
    widget.send_state = lambda key=None: sent.append(widget.get_state(key))  # type: ignore[method-assign]
    widget.set_state({"shelf": 1, "place": 0})
    assert (widget.shelf, widget.place) == (1, 0)
    assert all(state.get("place", 0) == 0 for state in sent), sent


def test_another_thing_brings_the_choices_into_its_range() -> None:
    widget = Shelf(3, 5)
    widget.shelf, widget.place = 1, 4
    widget.shelf = 0
    assert widget.place == 2


def test_a_stand_in_that_fails_is_told_and_hides_nothing() -> None:
    published, _ = Shelf(2)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in published
    assert published["text/plain"] == "Shelf: no still picture, because of RuntimeError: no picture"


class Echo(AskedExplorer):
    """Shows the word it was given."""

    answers = str

    def __init__(self, ask: Any) -> None:
        self._ask, self.word = ask, "nothing"
        super().__init__()

    def _take(self, found: str) -> None:
        self.word = found


def test_an_answer_is_taken_in_and_counted() -> None:
    widget = Echo(str.upper)
    widget.try_text("owl")
    assert (widget.word, widget.request, widget.answered, widget.trouble) == ("OWL", 1, 1, "")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda _: 3, "ask gave int back; it should return a str(...)"),
        (lambda text: {}[text], "KeyError: 'owl'"),
        (lambda _: (_ for _ in ()).throw(ValueError("no owls")), "no owls"),
    ],
)
def test_trouble_is_told_and_the_last_answer_stays(ask: Any, said: str) -> None:
    widget = Echo(ask)
    widget.try_text("owl")
    assert (widget.word, widget.answered, widget.trouble) == ("nothing", 1, said)
