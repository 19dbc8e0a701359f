"""The map of weeks: which builds on which, as links one can click and a list one can hear."""

import html
from collections.abc import Collection, Iterable

import networkx as nx

from course_lib.curriculum.weeks import Week

BOX_WIDTH, BOX_HEIGHT, ROW = 21.0, 62, 92  # percent of the width; pixels


class CourseMap:
    """Sixteen boxes, each a link to its lecture, with a line from each week to those that build on it.

    weeks   in order   built: ids of the weeks whose notebooks exist; the others are shown, and lead nowhere
    done    ids of the weeks a learner has finished
    """

    def __init__(self, weeks: Iterable[Week], built: Collection[str], done: Collection[str] = ()) -> None:
        self.weeks = {week.id: week for week in weeks}
        self.built, self.done = set(built), set(done)
        self.graph = nx.DiGraph((before, week.id) for week in self.weeks.values() for before in week.needs)
        self.graph.add_nodes_from(self.weeks)

    def places(self) -> dict[str, tuple[float, int]]:
        """Where each box stands: its centre in percent from the left, and its row. A week is below all it needs."""
        found: dict[str, tuple[float, int]] = {}
        row = 0
        for generation in nx.topological_generations(self.graph):
            names = sorted(generation)
            for start in range(0, len(names), 4):  # four boxes fit side by side
                some = names[start : start + 4]
                for number, name in enumerate(some):
                    found[name] = (100 * (number + 0.5) / len(some), row)
                row += 1
        return found

    def describe(self) -> str:
        """The same in words, a line for each week."""
        lines = []
        for week in self.weeks.values():
            needs = f" builds on {', '.join(week.needs)}" if week.needs else " starts the course"
            planned = "" if week.id in self.built else " (not written yet)"
            lines.append(f"{week.id} {week.spoken}, {week.title}{planned}:{needs}")
        return "\n".join(lines)

    def _box(self, week: Week, left: float, row: int) -> str:
        built = week.id in self.built
        state = "done" if week.id in self.done else "" if built else "not written yet"
        style = (
            f"position:absolute;left:{left - BOX_WIDTH / 2:.1f}%;top:{row * ROW}px;"
            f"width:{BOX_WIDTH}%;height:{BOX_HEIGHT}px;box-sizing:border-box;padding:6px 8px;"
            "border-radius:6px;text-decoration:none;line-height:1.3;overflow:hidden;"
            f"border:{'2px solid #0072b2' if built else '1px dashed #8a8a8a'};"
            "background:var(--jp-layout-color1, Canvas);color:var(--jp-content-font-color1, CanvasText)"
        )
        name = f"<b>{week.id[1:].lstrip('0')} {html.escape(week.spoken)}</b>"
        words = f"{name} {html.escape(week.title)}<br><small>{html.escape(state)}</small>"
        link = f' href="{week.folder}/lecture.ipynb"' if built else ""
        return f'<a style="{style}"{link}>{words}</a>' if built else f'<span style="{style}">{words}</span>'

    def to_html(self) -> str:
        """Boxes over lines; no script, so it works wherever HTML is shown."""
        places = self.places()
        height = ROW * (1 + max(row for _, row in places.values()))
        lines = "".join(
            f'<line x1="{places[a][0]:.1f}%" y1="{places[a][1] * ROW + BOX_HEIGHT}" x2="{places[b][0]:.1f}%" '
            f'y2="{places[b][1] * ROW}" stroke="#8a8a8a" stroke-width="1.5"/>'
            for a, b in self.graph.edges
        )
        drawn = (
            f'<svg aria-hidden="true" style="position:absolute;inset:0" width="100%" height="{height}">{lines}</svg>'
        )
        boxes = "".join(self._box(self.weeks[name], *place) for name, place in sorted(places.items()))
        return (
            f'<nav aria-label="Map of the weeks" style="position:relative;height:{height}px;max-width:860px;'
            f'font-family:var(--jp-ui-font-family, system-ui);font-size:13px">{drawn}{boxes}</nav>'
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.to_html(), "text/plain": self.describe()}
