"""The weeks as a drawing: each stands one column behind the last of those it builds on."""

from html import escape
from typing import Any

from course_lib.curriculum.weeks import WEEKS

WIDE, HIGH, ACROSS, DOWN = 138, 42, 164, 54  # a box, and the steps from one to the next
MARGIN = 6
ROWS = {  # so chosen that an arrow over several columns runs along an empty row
    "w02": 0, "w03": 0, "w04": 0, "w14": 0,
    "w09": 1,
    "w01": 2, "w07": 2, "w08": 2, "w15": 2,
    "w10": 3, "w11": 4,
    "w12": 5, "w13": 5,
    "w05": 6, "w06": 6, "w16": 6,
}  # fmt: skip


def columns() -> dict[str, int]:
    """In which column a week stands: 0 for those that build on nothing."""
    found: dict[str, int] = {}
    for id, week in WEEKS.items():  # a week only builds on earlier ones
        found[id] = max((found[other] + 1 for other in week.needs), default=0)
    return found


def drawing(weeks: list[dict[str, Any]]) -> str:
    """The map as SVG; weeks that have a page are links. The list below it says the same in words."""
    stands = columns()
    place = {id: (MARGIN + column * ACROSS, MARGIN + ROWS[id] * DOWN) for id, column in stands.items()}
    wide = 2 * MARGIN + max(stands.values()) * ACROSS + WIDE
    high = 2 * MARGIN + max(ROWS.values()) * DOWN + HIGH
    parts = [_arrow(place[other], place[id]) for id, week in WEEKS.items() for other in week.needs]
    parts += [_box(week, *place[week["id"]]) for week in weeks]
    head = '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    head += '<path d="M0 1 7 4 0 7"/></marker>'
    return (
        f'<svg class="map" viewBox="0 0 {wide} {high}" role="group" aria-label="map of the weeks">'
        f"<defs>{head}</defs>{''.join(parts)}</svg>"
    )


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    x, y, x2, y2 = start[0] + WIDE, start[1] + HIGH // 2, end[0] - 2, end[1] + HIGH // 2
    bend = (x2 - x) / 2
    return f'<path d="M{x} {y} C{x + bend:.0f} {y} {x2 - bend:.0f} {y2} {x2} {y2}" marker-end="url(#tip)"/>'


def _box(week: dict[str, Any], x: int, y: int) -> str:
    box = f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="8"/>'
    words = f'<text x="{x + 10}" y="{y + 19}" font-weight="600">{week["number"]} {escape(week["name"])}</text>'
    words += f'<text x="{x + 10}" y="{y + 35}" font-size="11">{"open" if week["page"] else "planned"}</text>'
    if not week["page"]:
        return f"<g>{box}{words}</g>"
    label = escape(f"Week {week['number']}, {week['name']}: {week['title']}", quote=True)
    return f'<g class="ready"><a href="{week["page"]}" aria-label="{label}">{box}{words}</a></g>'
