"""The state of every explorer survives its way into a page, byte by byte."""

import json
import random
import re
import zlib
from typing import Any

import ipywidgets
import pytest
from nbformat.v4 import new_output

from course_lib.authoring.outputs import WIDGET
from course_lib.site.states import STATE, explorers, letters, script_of_kind, script_of_state
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
    script = script_of_state("one", shown).decode("utf-16")
    assert "<" not in script
    found = re.fullmatch(r"course\.state\(\"one\", (.*)\);\n", script, re.DOTALL)
    assert found
    first, *parts = (unlettered(text, size) for text, size in json.loads(f"[{found[1]}]"))
    assert refilled(json.loads(zlib.decompress(first)), parts) == plain(shown.state)


def unlettered(text: str, size: int) -> bytes:
    """Bytes out of letters, the slow way: as one long number."""
    bits = "".join(f"{ord(letter) - 0x4E00:015b}" for letter in text)[: 8 * size]
    return int(bits or "0", 2).to_bytes(size)


def refilled(value: Any, parts: list[bytes]) -> Any:
    """Bytes in the places where they were counted."""
    if isinstance(value, dict):
        counted = value.get("$bytes")
        return {key: refilled(inner, parts) for key, inner in value.items()} if counted is None else parts[counted]
    return [refilled(inner, parts) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("size", [0, 1, 2, 14, 15, 16, 1000])
def test_letters_are_1_07_times_the_bytes_and_nothing_else(size: int) -> None:
    data = random.Random(size).randbytes(size)
    text = letters(data)
    assert unlettered(text, size) == data
    assert len(text) == -(-8 * size // 15) and all(0x4E00 <= ord(letter) <= 0xCDFF for letter in text)


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
