"""Words, pictures and outputs of a stranger, so that a page may show them as they are and nothing in them acts."""

import base64
import binascii
import re
from collections.abc import Collection
from typing import Any

from course_lib.grading.marking.notebook import readable

TEXT, PICTURE, OUTPUTS = 20_000, 2 * 2**20, 50  # characters, bytes, outputs a cell
PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
PASTED = re.compile(r"(!\[[^\[\]<>\n]*\]\(attachment:[\w.-]+\))")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # colours of a terminal

Json = dict[str, Any]


def defuse(text: str, pictures: Collection[str] = ()) -> str:
    """Markdown without tags, links and pictures, except pasted `pictures` by name; words, lists and formulas stay."""
    parts = PASTED.split(text[:TEXT] + ("\n\n(cut here)" if len(text) > TEXT else ""))
    for number, part in enumerate(parts):
        if number % 2 and part.rsplit(":", 1)[1].rstrip(")") in pictures:
            continue
        part = re.sub(r"<(?=\S)", "< ", part)
        parts[number] = part.replace("](", "] (").replace("]:", "] :")
    return "".join(parts)


def safe_outputs(outputs: Any) -> list[Json]:
    """Of a code cell's outputs the text and the pictures."""
    found: list[Json] = []
    for output in outputs[:OUTPUTS] if isinstance(outputs, list) else []:
        kind = output.get("output_type") if isinstance(output, dict) else None
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            found.append({"output_type": "stream", "name": name, "text": _text(output.get("text"))})
        elif kind == "error":
            words = _text([output.get("ename"), ": ", output.get("evalue"), "\n"]) + _text(
                output.get("traceback"), "\n"
            )
            found.append({"output_type": "stream", "name": "stderr", "text": words})
        elif kind in ("execute_result", "display_data") and isinstance(output.get("data"), dict):
            data = safe_pictures(output["data"])
            if "text/plain" in output["data"]:
                data["text/plain"] = _text(output["data"]["text/plain"])
            if data:
                found.append({"output_type": "display_data", "data": data, "metadata": {}})
    return found


def safe_pictures(data: Json) -> Json:
    """The PNG and JPEG pictures that are what they say they are."""
    found: Json = {}
    for kind, begins in PICTURES.items():
        text = data.get(kind)
        text = "".join(part for part in text if isinstance(part, str)) if isinstance(text, list) else text
        if not isinstance(text, str) or len(text) > PICTURE * 4 // 3:
            continue
        try:
            picture = base64.b64decode(re.sub(r"\s", "", text), validate=True)
        except (binascii.Error, ValueError):
            continue
        if picture.startswith(begins):
            found[kind] = base64.b64encode(picture).decode()
    return found


def _text(value: Any, between: str = "") -> str:
    if isinstance(value, list):
        value = between.join(part for part in value if isinstance(part, str))
    text = ESCAPES.sub("", readable(value)) if isinstance(value, str) else ""
    return text[:TEXT] + ("\n(cut here)" if len(text) > TEXT else "")
