"""Attacks by what a reply is made of: frames, lengths, shapes and kinds that do not add up."""

from tests.grading.attacks.protocol import lie, value

ATTACKS = (
    lie("no_message", "bytes that mean nothing", "call", "end.sendall(b'GET / HTTP/1.1\\r\\n\\r\\n' * 100)"),
    lie(
        "oversized_text",
        "a frame that claims 4 GB of text",
        "call",
        "end.sendall(struct.pack('>4sIQ', b'NAW1', 2**32 - 1, 0))",
    ),
    lie(
        "oversized_arrays",
        "a frame that claims more bytes than there are",
        "call",
        "end.sendall(struct.pack('>4sIQ', b'NAW1', 10, 2**63))",
    ),
    lie(
        "half_a_frame",
        "a frame that never comes to its end",
        "call",
        "end.sendall(struct.pack('>4sIQ', b'NAW1', 100, 0))",
        says="Stopped after",
    ),
    lie(
        "drop_by_drop",
        "a frame of which a byte comes now and then",
        "call",
        "import time\nfor byte in frame_of(reply(nonce, value=True)) * 100:\n    end.sendall(bytes([byte]))\n"
        "    time.sleep(0.2)",
        says="Stopped after",
    ),
    lie("deep_json", "a hundred thousand brackets", "call", "say(b'[' * 100_000 + b']' * 100_000)"),
    lie(
        "deep_value",
        "a value nested beyond what is read",
        "call",
        "node = 1\nfor n in range(30):\n    node = ['l', node]",
        value("node"),
    ),
    lie("no_json", "half a letter", "call", "say(b'\\xff\\xfe[')"),
    lie(
        "lying_shape",
        "a tensor whose shape is larger than its bytes",
        "call",
        value("['t', 'float32', [10**6, 10**6], 0, False]", "[4]", "bytes(4)"),
    ),
    lie(
        "negative_shape",
        "a tensor with less than nothing",
        "call",
        value("['t', 'float32', [-1, -4], 0, False]", "[16]", "bytes(16)"),
    ),
    lie(
        "empty_giant",
        "a tensor with no numbers and giant sides",
        "call",
        value("['t', 'float32', [0, 2**31 - 1, 2**31 - 1, 2**31 - 1], 0, False]", "[0]"),
        says="",
    ),
    lie("twelve_axes", "an array with more axes than any", "call", value("['n', 'f', [1] * 13, 0]", "[4]", "bytes(4)")),
    lie(
        "unknown_type",
        "a tensor of a type that is a list",
        "call",
        value("['t', [], [1], 0, False]", "[4]", "bytes(4)"),
    ),
    lie("array_of_texts", "an array of objects", "call", value("['n', 'O', [1], 0]", "[8]", "bytes(8)")),
    lie(
        "strange_array",
        "an array of a kind that torch does not have",
        "call",
        value("['n', 'Q', [2], 0]", "[16]", "bytes(16)"),
        says="",
    ),
    lie(
        "huge_number", "a number of a million digits", "call", "say(b'[[\"d\",[\"value\",' + b'9' * 10**6 + b']],[]]')"
    ),
    lie("huge_hex", "a number of two thousand hexadecimal digits", "call", value("['i', '0x' + 'f' * 2000]"), says=""),
    lie("numbers_beyond", "infinity and no number, as JSON does not know them", "call", value("float('nan')"), says=""),
    lie("many_values", "more values than are read", "call", value("['l', *[0] * 300_000]")),
    lie("odd_kinds", "a value of no kind", "call", value("[['l']]")),
    lie(
        "a_class_of_ours",
        "a value that would be built by the course's own code",
        "call",
        value("['o', 'course_lib.layers.noise_schedule:NoiseSchedule', ['d']]"),
    ),
    lie("a_function_back", "a function in place of a result", "call", value("['x', 0, 'it', 'function']")),
    lie("keys_that_are_lists", "a dictionary whose keys cannot be keys", "call", value("['d', [['l'], 1]]")),
)
