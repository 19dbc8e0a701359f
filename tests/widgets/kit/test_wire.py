"""What is sent is weighed: text as JSON, bytes as they are, wherever they lie."""

import json

from course_lib.widgets.kit.wire import sent_bytes


def test_plain_values_weigh_what_their_json_does() -> None:
    value = {"title": "a café", "places": [[0.5, 1], [2, 3]], "on": True, "none": None}
    assert sent_bytes(value) == len(json.dumps(value))
    assert sent_bytes((1, 2)) == sent_bytes([1, 2]) == len("[1, 2]")


def test_bytes_weigh_themselves_and_the_null_in_their_place() -> None:
    assert sent_bytes(b"x" * 1000) == 1000 + len("null")
    assert sent_bytes({"deep": [{"in": (b"abc", b"de")}]}) == 5 + len('{"deep": [{"in": [null, null]}]}')
