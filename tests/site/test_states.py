"""The state of every explorer survives its way into a page, byte by byte."""

import base64
import json
import re
import zlib
from typing import Any

import ipywidgets
import pytest
from nbformat.v4 import new_output

from course_lib.authoring.outputs import WIDGET
from course_lib.site.states import STATE, Shown, explorers, script_of_kind, script_of_state
from tests.browser import samples, samples_denoising, samples_messages, samples_skips, samples_translation
from tests.browser.harness import state_of
from tests.site.made_up import lecture

EXPLORERS = {
    "attention": lambda: samples_widget("attention", "AttentionExplorer", samples.text()),
    "translation": lambda: samples_widget("translation", "TranslationExplorer", samples_translation.word()),
    "message_passing": lambda: samples_widget("message_passing", "MessagePassingExplorer", samples_messages.molecule()),
    "skip_connections": lambda: samples_widget("skip_connections", "SkipExplorer", samples_skips.small()),
    "denoising": lambda: samples_widget("denoising", "DenoisingExplorer", samples_denoising.digits()),
}


def samples_widget(module: str, name: str, content: Any) -> Any:
    """An explorer of a kind."""
    import importlib

    return getattr(importlib.import_module(f"course_lib.widgets.{module}"), name).of(content)


def plain(value: Any) -> Any:
    """As JSON would have it, bytes as they are."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return bytes(value) if isinstance(value, memoryview | bytearray) else value


@pytest.mark.parametrize("kind", EXPLORERS)
def test_the_state_is_that_of_the_widget(kind: str) -> None:
    widget = EXPLORERS[kind]()
    made = lecture(widget)
    before = json.dumps(made)
    (shown,) = explorers(made).values()
    assert json.dumps(made) == before, "the notebook stays as it is"
    assert shown.kind == kind
    assert plain(shown.state) == plain(state_of(widget))
    script = script_of_state("one", shown)
    assert "<" not in script
    found = re.fullmatch(r"course\.state\((.*)\);\n", script, re.DOTALL)
    assert found
    id, text = json.loads(f"[{found[1]}]")
    told, _, rest = zlib.decompress(base64.b64decode(text)).partition(b"\0")
    assert id == "one" and refilled(json.loads(told), rest) == plain(shown.state)


def refilled(value: Any, rest: bytes) -> Any:
    """Bytes in the places that point to them."""
    if isinstance(value, dict):
        points = value.get("$bytes")
        return {key: refilled(inner, rest) for key, inner in value.items()} if points is None else rest[slice(*points)]
    return [refilled(inner, rest) for inner in value] if isinstance(value, list) else value


def test_what_repeats_itself_takes_no_room() -> None:
    shown = Shown("attention", {"data": {"weights": bytes(100_000)}})
    assert len(script_of_state("one", shown)) < 1000


@pytest.mark.parametrize("kind", EXPLORERS)
def test_module_and_sheet_are_those_of_today(kind: str) -> None:
    script = script_of_kind(kind)
    found = re.fullmatch(r"course\.kind\((.*)\);\n", script, re.DOTALL)
    assert found and "<" not in script
    name, module, sheet = json.loads(f"[{found[1]}]")
    widget = EXPLORERS[kind]()
    assert (name, module, sheet) == (kind, str(widget._esm), str(widget._css))


def test_other_widgets_are_left_out() -> None:
    shown, aside = EXPLORERS["attention"](), EXPLORERS["attention"]()
    made = lecture(shown)
    assert aside.model_id in made.metadata["widgets"][STATE]["state"]
    made.cells[-2].outputs.append(new_output("display_data", {WIDGET: {"model_id": ipywidgets.IntSlider().model_id}}))
    assert list(explorers(made)) == [shown.model_id]
    assert explorers(lecture()) == {}
