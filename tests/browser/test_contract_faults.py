"""Each promise of `contract.py` broken on purpose in the kit: the check of it has to see that."""

from typing import Any

import pytest

from tests.browser import contract
from tests.widgets.registry import ENTRIES

pytestmark = pytest.mark.browser
FAULTS: dict[str, tuple[Any, str, str, str]] = {  # check, explorer, what stands there, what stands there instead
    "a view that forgets to follow": (
        contract.two_views_stay_in_step,
        "message_passing",
        "heed(own.choices.filter((name) => !relayout.includes(name)), redraw);",
        "root.addEventListener('keydown', () => redraw());",
    ),
    "keys that walk too far": (
        contract.every_key_says_what_python_says,
        "message_passing",
        "[name]: between(low, to, high)",
        "[name]: to",
    ),
    "a shortcut that is taken": (
        contract.chords_are_left_alone,
        "message_passing",
        "ctrlKey || metaKey || altKey || ",
        "",
    ),
    "a theme that is not followed": (contract.themes_are_followed, "message_passing", "theme.observe(", "void ("),
    "a label that is markup": (
        contract.labels_are_text,
        "message_passing",
        "parts.status.textContent = said;",
        "parts.status.innerHTML = said;",
    ),
    "a table that stays behind": (
        contract.the_table_is_pythons,
        "message_passing",
        "!parts.table.hidden) parts.table",
        "!parts.table.firstChild) parts.table",
    ),
    "a step by hand that does not end the playing": (
        contract.playing_ends_by_hand,
        "message_passing",
        "if (playing && own.play.trait in all) stop();",
        "",
    ),
    "a slider that does not speak": (
        contract.sliders_speak,
        "message_passing",
        "if (spoken) field.ariaValueText = spoken(it, now);",
        "",
    ),
    "an observer that stays": (contract.closing_leaves_nothing, "message_passing", "sizes.disconnect();", ""),
    "a watched theme that stays": (contract.closing_leaves_nothing, "message_passing", "theme.disconnect();", ""),
    "a timer that stays": (
        contract.closing_leaves_nothing,
        "message_passing",
        "clearInterval(playing);\n    clearTimeout",
        "clearTimeout",
    ),
    "a frame that stays": (contract.closing_leaves_nothing, "message_passing", "cancelAnimationFrame(frame);", ""),
    "a listener that stays": (contract.closing_leaves_nothing, "message_passing", "for (const act of undo) act();", ""),
    "a slow older one that overwrites": (
        contract.a_slow_older_one_never_overwrites_a_newer,
        "denoising",
        "closed || wanted !== sent() || layOut",
        "closed || layOut",
    ),
    "an older answer that clears a newer question": (
        contract.an_older_answer_says_nothing_about_a_newer_question,
        "attention",
        'if (get("answered") < asked) return;',
        "",
    ),
    "a model in the page that nobody asks": (
        contract.a_model_in_the_page_may_answer,
        "attention",
        "model.answer(text)",
        "({})",
    ),
    "a last choice that is lost": (
        contract.the_last_choice_is_saved_on_closing,
        "message_passing",
        "if (saving) save();",
        "",
    ),
}


@pytest.mark.parametrize(("check", "folder", "text", "instead"), FAULTS.values(), ids=FAULTS)
def test_a_broken_promise_is_seen(page_with: Any, check: Any, folder: str, text: str, instead: str) -> None:
    entry = next(each for each in ENTRIES if each.folder == folder)

    pages: list[Any] = []

    def show(widget: Any, **options: Any) -> Any:
        module = str(widget._esm)
        assert module.count(text) == 1 or instead in module, "the fault has a place in the module"
        widget._esm = module.replace(text, instead)
        pages.append(page_with(widget, **options))
        return pages[-1]

    with pytest.raises(AssertionError):
        check(show, entry)
    for page in pages:
        page.offences.clear()  # a broken page may say so in its own way, too


def test_every_kind_of_check_was_broken_once() -> None:
    """Checks without a fault of their own are those that a page test of one explorer holds, too."""
    broken = {check for check, *_ in FAULTS.values()}
    spared = {
        contract.narrow_pages_do_not_scroll_sideways,
        contract.predicting_hides_the_answer,
        contract.hiding_does_no_harm,
        contract.redrawing_is_quick,
    }
    assert broken | spared == set(contract.CHECKS)
