"""The joining of base and module: what the page gets is one module that imports nothing."""

from pathlib import Path

import pytest

from course_lib.widgets.kit.assets import CannotJoin, frame, module, sheet


def folder(tmp_path: Path, script: str) -> Path:
    """A folder of an explorer with this module."""
    (tmp_path / "explorer.js").write_text(script, encoding="utf-8")
    (tmp_path / "explorer.css").write_text(".own {}\n", encoding="utf-8")
    return tmp_path


def test_names_come_out_of_the_base(tmp_path: Path) -> None:
    joined = module(
        folder(tmp_path, 'import {\n  make,\n  range,\n} from "../kit/kit.js";\n\nexport default range(3);\n')
    )
    assert joined.startswith("const kit = (() => {\n") and "const { make, range } = kit;" in joined
    assert joined.rstrip().endswith("export default range(3);") and "import" not in joined
    assert joined.count("export ") == 1


def test_whole_lines_of_comment_stay_behind_and_others_do_not(tmp_path: Path) -> None:
    script = "// first\n/** What it is,\n * in two lines. */\nexport const a = 1; // a one\n  // indented\n"
    script += "export const b = '// text';\n"
    joined = module(folder(tmp_path, script))
    assert joined == "export const a = 1; // a one\nexport const b = '// text';\n"  # nothing of the base is wanted


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('import { paint, draw } from "../kit/kit.js";\n', "imports draw; kit.js exports between, range,"),
        ('import { a } from "./other.js";\n', "only names of ../kit/kit.js can be imported"),
        ('import "https://elsewhere.test/x.js";\n', "only names of ../kit/kit.js can be imported"),
    ],
)
def test_what_cannot_be_joined_is_named(tmp_path: Path, script: str, said: str) -> None:
    with pytest.raises(CannotJoin, match=said):
        module(folder(tmp_path, script))


def test_the_own_sheet_comes_last(tmp_path: Path) -> None:
    made = sheet(folder(tmp_path, ""))
    assert made.startswith("/* What all explorers share") and made.endswith(".own {}\n")


def test_a_frame_escapes_what_is_not_markup(tmp_path: Path) -> None:
    template = (
        '{% from "controls.html.j2" import chooser %}<h3>{{ title }}</h3>{{ chooser("n", "<i>", [(0, "a & b")]) }}'
    )
    (tmp_path / "frame.html.j2").write_text(template, encoding="utf-8")
    made = frame(tmp_path, title="<b>bold</b>")
    assert "<h3>&lt;b&gt;bold&lt;/b&gt;</h3>" in made and "&lt;i&gt;<select" in made and "a &amp; b</option>" in made
