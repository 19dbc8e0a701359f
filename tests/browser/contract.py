"""What every explorer has to keep in the page, one check a promise: each takes a way to open pages, and an entry.

A check raises AssertionError where the promise is broken; `test_contract_faults.py` breaks each on purpose.
"""

import math
from collections.abc import Callable
from typing import Any

from tests.browser.harness import state_of
from tests.browser.looking import STATUS, drawn, nameless, sharing_keys, shows_table
from tests.widgets.entry import Entry
from tests.widgets.registry import HTML, LABELS

Open = Callable[..., Any]
KEYS = "ArrowDown ArrowRight ArrowUp ArrowLeft End Home PageDown PageUp ] [ Escape".split()  # noqa: SIM905
CHORDS = ["Control", "Meta", "Alt"]
REST = 130  # milliseconds until the page has saved a choice
WALKABLE = "[data-walk] [tabindex='0'], [data-walk][tabindex='0'], input[type=range]"

# Counts what a page has running: listeners on what outlives a view, observers, timers and frames.
COUNTING = """(() => {
  const alive = (window.alive = { listeners: 0, observers: new Set(), timers: new Set(), frames: new Set() });
  for (const target of [window, document, MediaQueryList.prototype]) {
    const [add, remove] = [target.addEventListener, target.removeEventListener];
    const held = new Map();
    target.addEventListener = function (kind, act, ...rest) {
      if (!held.has(act)) alive.listeners += 1;
      held.set(act, kind);
      return add.call(this, kind, act, ...rest);
    };
    target.removeEventListener = function (kind, act, ...rest) {
      if (held.delete(act)) alive.listeners -= 1;
      return remove.call(this, kind, act, ...rest);
    };
  }
  for (const name of ["ResizeObserver", "MutationObserver", "IntersectionObserver"]) {
    const [observe, disconnect] = [window[name].prototype.observe, window[name].prototype.disconnect];
    window[name].prototype.observe = function (...what) {
      alive.observers.add(this);
      return observe.apply(this, what);
    };
    window[name].prototype.disconnect = function () {
      alive.observers.delete(this);
      return disconnect.call(this);
    };
  }
  const clocks = [["setTimeout", "clearTimeout", "timers", true], ["setInterval", "clearInterval", "timers", false],
    ["requestAnimationFrame", "cancelAnimationFrame", "frames", true]];
  for (const [start, stop, kept, once] of clocks) {
    const [begin, end] = [window[start], window[stop]];
    window[start] = (act, ...rest) => {
      const id = begin((...given) => { if (once) alive[kept].delete(id); return act(...given); }, ...rest);
      alive[kept].add(id);
      return id;
    };
    window[stop] = (id) => { alive[kept].delete(id); return end(id); };
  }
  window.counts = () => [alive.listeners, alive.observers.size, alive.timers.size, alive.frames.size];
})();"""


def settled(page: Any) -> None:
    """Wait until what is unpacked bit by bit has been laid out, and is drawn."""
    page.wait_for_function("![...document.querySelectorAll('.course-explorer')].some((one) => one.ariaBusy === 'true')")
    drawn(page, REST)
    page.wait_for_timeout(20)


def says(page: Any, widget: Any) -> None:
    """Every view says what Python says."""
    settled(page)
    said = page.locator(STATUS).all_inner_texts()
    assert said == [widget.describe()] * len(said), (said, widget.describe())


def choose(page: Any, widget: Any, name: str, value: Any) -> None:
    """Choose in Python; the page hears of that and of all that follows, as from a kernel."""
    before = state_of(widget)
    setattr(widget, name, value)
    news = {key: now for key, now in state_of(widget).items() if key == name or now != before[key]}
    page.evaluate("(news) => model.take(news)", news)


def walk(page: Any, widget: Any, entry: Entry) -> None:
    """Set every choice to each of its values, from Python's side, and compare the words."""
    for name, values in entry.choices.items():
        for value in values:
            choose(page, widget, name, value)
            drawn(page)
            assert page.locator(STATUS).first.inner_text() == widget.describe(), (name, value)


def two_views_stay_in_step(show: Open, entry: Entry) -> None:
    """A choice in one view is seen in the other, and in Python."""
    widget = entry.make()
    page = show(widget, views=2)
    says(page, widget)
    before = widget.describe()
    for place in range(page.locator(WALKABLE).count() // 2):
        node = page.locator(WALKABLE).nth(place)
        if node.is_visible():
            node.focus()
            page.keyboard.press("ArrowRight")
            says(page, widget)
    assert widget.describe() != before
    ids = page.eval_on_selector_all("[id]", "all => all.map((node) => node.id)")
    assert len(ids) == len(set(ids))


def every_key_says_what_python_says(show: Open, entry: Entry) -> None:
    """Whatever key is pressed wherever, page and Python agree; the focus stays inside, and only once in a group."""
    widget = entry.make()
    page = show(widget)
    says(page, widget)
    assert sharing_keys(page) == [] and nameless(page) == []
    page.evaluate("window.kernelAway = true")
    names = [name for name in state_of(widget) if name != "data"]
    for place in range(page.locator(WALKABLE).count()):
        if not page.locator(WALKABLE).nth(place).is_visible():
            continue
        page.locator(WALKABLE).nth(place).focus()
        for key in KEYS:
            page.keyboard.press(key)
            drawn(page)
            said, inside, chosen = page.evaluate(
                """(names) => [document.querySelector("[role=status]").innerText,
                    document.activeElement.closest(".course-explorer") !== null,
                    Object.fromEntries(names.map((name) => [name, model.get(name)]))]""",
                names,
            )
            widget.set_state(chosen)
            assert {name: getattr(widget, name) for name in names} == chosen, (place, key)
            assert (said, inside) == (widget.describe(), True), (place, key)
    doubles = page.evaluate(
        """() => [...document.querySelectorAll("[role=radiogroup]")]
            .filter((group) => group.querySelectorAll("[role=radio][tabindex='0']").length > 1)
            .map((group) => group.outerHTML.slice(0, 200))"""
    )
    assert doubles == []


def chords_are_left_alone(show: Open, entry: Entry) -> None:
    """A key with Control, Meta or Alt belongs to browser and notebook: nothing changes, nothing is prevented."""
    widget = entry.make()
    page = show(widget)
    says(page, widget)
    before = widget.describe()
    taken = page.evaluate(
        """([keys, walkable]) => [...document.querySelectorAll(walkable)].flatMap((node) => keys.flatMap((key) =>
            ["ctrlKey", "metaKey", "altKey"].filter((chord) => !node.dispatchEvent(
                new KeyboardEvent("keydown", { key, [chord]: true, bubbles: true, cancelable: true })))))""",
        [KEYS, WALKABLE],
    )
    assert taken == []
    says(page, widget)
    assert widget.describe() == before


def themes_are_followed(show: Open, entry: Entry) -> None:
    """The ground is the theme's, and stays so when the theme changes under an open view."""
    widget = entry.make()
    for theme, system, grey in (("light", "dark", 255), ("dark", "light", 17), ("system", "dark", 18)):
        page = show(widget, theme=theme, color_scheme=system)
        settled(page)
        ground = page.evaluate("(root) => getComputedStyle(document.querySelector(root)).backgroundColor", entry.view)
        assert ground == f"rgb({grey}, {grey}, {grey})"
    page.evaluate(
        """() => {
            const ask = requestAnimationFrame;
            window.count = 0;
            window.requestAnimationFrame = (act) => ask((time) => { window.count += 1; act(time); });
        }"""
    )
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    page.wait_for_timeout(100)
    assert page.evaluate("window.count") == 1  # one drawing, in the new theme's colours


def narrow_pages_do_not_scroll_sideways(show: Open, entry: Entry) -> None:
    """At 380 and 940 pixels everything fits."""
    for width in (380, 940):
        page = show(entry.make(), width=width)
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def labels_are_text(show: Open, entry: Entry) -> None:
    """Texts that look like HTML, 45 letters without a break, right to left, braces: shown as such, none too wide."""
    widget = entry.labelled(LABELS)
    for width in (380, 940):
        page = show(widget, width=width)
        says(page, widget)
        assert page.evaluate("window.hacked") is None
        assert page.locator(f"{entry.view} img").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert HTML in page.inner_text(entry.view) or HTML in page.inner_html(entry.view).replace("&lt;", "<").replace(
        "&gt;", ">"
    )


def the_table_is_pythons(show: Open, entry: Entry) -> None:
    """The fold shows Python's table, and follows the choice while it is open."""
    widget = entry.make()
    page = show(widget)
    settled(page)
    if not page.locator("[data-is=toggle]").count():
        return
    assert page.locator("[data-is=table]").is_hidden()
    page.click("[data-is=toggle]")
    for name, values in entry.choices.items():
        for value in values:
            choose(page, widget, name, value)
            drawn(page)
            shows_table(page, "[data-is=table]", widget.table())
    assert page.get_attribute("[data-is=toggle]", "aria-expanded") == "true"


def playing_ends_by_hand(show: Open, entry: Entry) -> None:
    """Play moves on by itself; a step by hand ends it; at the end it stops."""
    if not entry.plays:
        return
    widget = entry.make()
    page = show(widget)
    says(page, widget)
    at = f"model.get('{entry.plays}')"
    begin = page.evaluate(at)
    page.click("[data-is=play]")
    plays = "document.querySelector('[data-is=play]').textContent === 'Stop'"
    page.wait_for_function(f"{at} !== {begin!r} && {plays}", timeout=5000)  # both at once: it may end soon
    page.focus("input[type=range]")
    page.keyboard.press("End")
    drawn(page)
    assert page.inner_text("[data-is=play]") == "Play"
    says(page, widget)


def sliders_speak(show: Open, entry: Entry) -> None:
    """The value of a slider is said in words, other ones at another place."""
    widget = entry.make()
    page = show(widget)
    settled(page)
    for place in range(page.locator("input[type=range]").count()):
        slider = page.locator("input[type=range]").nth(place)
        slider.focus()
        page.keyboard.press("Home")
        drawn(page)
        first = slider.get_attribute("aria-valuetext")
        page.keyboard.press("End")
        drawn(page)
        assert first and slider.get_attribute("aria-valuetext") not in (None, "", first)


def hiding_does_no_harm(show: Open, entry: Entry) -> None:
    """What is drawn while the page is hidden has its sizes when it is shown again."""
    widget = entry.make()
    page = show(widget)
    settled(page)
    boxes = f"""[...document.querySelectorAll("{entry.view} :is(canvas, button, svg)")].map((node) => {{
        const {{ width, height }} = node.getBoundingClientRect(); return [Math.round(width), Math.round(height)]; }})"""
    before = page.evaluate(boxes)
    name, (first, *_, last) = next(iter(entry.choices.items()))
    page.evaluate(f"document.querySelector('{entry.view}').style.display = 'none'")
    for value in (last, first):
        page.evaluate("([name, value]) => model.take({ [name]: value })", [name, value])
        drawn(page)
    html = page.inner_html(entry.view)
    assert "NaN" not in html and "Infinity" not in html
    page.evaluate(f"document.querySelector('{entry.view}').style.display = ''")
    drawn(page)
    drawn(page)
    assert page.evaluate(boxes) == before


def closing_leaves_nothing(show: Open, entry: Entry) -> None:
    """After closing, no listener, observer, timer or frame is left, and nothing moves."""
    widget = entry.make()
    empty = show(widget, views=0, first=COUNTING).evaluate("counts()")
    page = show(widget, views=2, first=COUNTING)
    settled(page)
    if entry.plays and page.locator("[data-is=play]").first.is_visible():
        page.locator("[data-is=play]").first.click()
    before, heard = page.evaluate("counts()"), page.evaluate("model.listeners()")
    page.evaluate("cleanups[0]()")
    assert page.evaluate("model.listeners()") == heard / 2
    name, (*_, last) = next(iter(entry.choices.items()))
    left = page.evaluate(  # a frame was asked for a moment before
        "([name, value]) => { model.take({ [name]: value }); cleanups[1](); return counts(); }", [name, last]
    )
    assert page.evaluate("model.listeners()") == 0 and page.locator(entry.view).count() == 0
    assert left == empty, (left, before)


def the_last_choice_is_saved_on_closing(show: Open, entry: Entry) -> None:
    """A choice made a moment before closing reaches Python."""
    widget = entry.make()
    page = show(widget)
    says(page, widget)
    page.evaluate("window.kept = model.saves")
    page.focus("input[type=range], [data-walk] [tabindex='0']")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("[model.saves - window.kept, cleanups[0](), model.saves - window.kept]") == [0, None, 1]
    page.wait_for_timeout(100)
    choices = {name: page.evaluate(f"model.get('{name}')") for name in entry.choices}
    assert choices == {name: getattr(widget, name) for name in entry.choices}


def a_slow_older_one_never_overwrites_a_newer(show: Open, entry: Entry) -> None:
    """Whatever is unpacked last, the page shows what is chosen."""
    if not entry.several:
        return
    widget = entry.several()
    page = show(widget, first=SLOW) if entry.slow else show(widget)
    settled(page)
    if entry.slow:
        page.evaluate("gate.hold = true")
    choose(page, widget, entry.which, 1)  # it waits while it is unpacked
    page.wait_for_timeout(60)
    if entry.slow:
        page.evaluate("gate.hold = false")
    choose(page, widget, entry.which, 0)
    says(page, widget)
    page.evaluate("window.gate?.open()")  # now it comes, too late
    page.wait_for_timeout(150)
    says(page, widget)
    choose(page, widget, entry.which, 1)
    says(page, widget)


# Lets what is inflated wait: the first that comes while `hold` is set, until `open()`.
SLOW = """window.gate = {
  hold: false,
  waiting: [],
  open() { for (const go of this.waiting.splice(0)) go(); },
};
const read = Response.prototype.arrayBuffer;
Response.prototype.arrayBuffer = async function () {
  const found = await read.call(this);
  if (gate.hold) await new Promise((go) => gate.waiting.push(go));
  return found;
};"""


def an_older_answer_says_nothing_about_a_newer_question(show: Open, entry: Entry) -> None:
    """The note waits for the newest question, names who answered, and tells trouble."""
    if not entry.asks:
        return
    widget = entry.asks(entry.answer)
    page = show(widget)
    says(page, widget)
    page.evaluate("window.kernelAway = true")
    note = "[data-is=note]"
    for text in ("one", "two"):
        page.fill("[data-is=own]", text)
        page.press("[data-is=own]", "Enter")
    page.wait_for_timeout(700)
    waits = "waiting for the kernel; the last result stays explorable"
    assert page.inner_text(note) == waits
    page.evaluate("model.take({ answered: 1 })")
    assert page.inner_text(note) == waits
    page.evaluate("model.take({ answered: 2 })")
    assert page.inner_text(note) == "answered by the kernel"
    page.evaluate("window.kernelAway = false")
    page.press("[data-is=own]", "Enter")
    page.wait_for_timeout(300)
    says(page, widget)
    assert page.inner_text(note) == "answered by the kernel"


def a_model_in_the_page_may_answer(show: Open, entry: Entry) -> None:
    """Where the page has a model of its own, it is asked instead of the kernel; its trouble is told."""
    if not entry.asks:
        return
    widget = entry.asks(entry.answer)
    page = show(widget)
    says(page, widget)
    page.evaluate("window.kernelAway = true")
    page.evaluate("model.answer = (text) => { if (text === 'no') throw new Error('no such word'); return { }; }")
    for text, told in (("yes", "answered by the model in this page"), ("no", "no such word")):
        page.fill("[data-is=own]", text)
        page.press("[data-is=own]", "Enter")
        page.wait_for_timeout(60)
        assert page.inner_text("[data-is=note]") == told


def redrawing_is_quick(show: Open, entry: Entry) -> None:
    """A generous multiple of the bar, in frames of the page: the benchmarks measure it properly."""
    widget = entry.make()
    page = show(widget)
    settled(page)
    name, values = next(iter(entry.choices.items()))
    took = page.evaluate(
        """async ([name, values]) => {
            const all = [];
            for (let i = 0; i < 12; i++) {
              const begin = performance.now();
              model.take({ [name]: values[i % values.length] });
              await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
              all.push(performance.now() - begin);
            }
            return all.sort((a, b) => a - b)[6];
        }""",
        [name, list(values)],
    )
    assert math.isfinite(took) and took < 200


def predicting_hides_the_answer(show: Open, entry: Entry) -> None:
    """With predict first, page and Python hold back the same, whatever is looked at meanwhile."""
    widget = entry.make()
    if not widget.has_trait("predict"):
        return
    page = show(widget)
    says(page, widget)
    open_words = widget.describe()
    page.check("[name=predict]")
    says(page, widget)
    assert widget.predict and widget.describe() != open_words
    walk(page, widget, entry)


CHECKS: list[Callable[[Open, Entry], None]] = [
    two_views_stay_in_step,
    every_key_says_what_python_says,
    chords_are_left_alone,
    themes_are_followed,
    narrow_pages_do_not_scroll_sideways,
    labels_are_text,
    the_table_is_pythons,
    playing_ends_by_hand,
    predicting_hides_the_answer,
    sliders_speak,
    hiding_does_no_harm,
    closing_leaves_nothing,
    the_last_choice_is_saved_on_closing,
    a_slow_older_one_never_overwrites_a_newer,
    an_older_answer_says_nothing_about_a_newer_question,
    a_model_in_the_page_may_answer,
    redrawing_is_quick,
]
__all__ = ["CHECKS"]
