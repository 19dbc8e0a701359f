"""Attacks on the conversation itself: a submission that answers the marker in place of the course's own code.

It shares a process with that code, so it can. What it says is still nothing but values, and those are judged.
"""

from tests.grading.attacks.attacks import Attack
from tests.grading.attacks.time import banded

TAKE = """import json, struct, sys
frame = sys._getframe()
while "child" not in frame.f_locals:
    frame = frame.f_back
child = frame.f_locals["child"]
end, honest = child.line.end, child.answer


def frame_of(node, lengths=(), body=b"", magic=b"NAW1"):
    text = node if isinstance(node, bytes) else json.dumps([node, list(lengths)]).encode()
    return struct.pack(">4sIQ", magic, len(text), len(body)) + text + body


def reply(nonce, **parts):
    return ["d", ["nonce", nonce], *([name, node] for name, node in parts.items())]


def say(node, lengths=(), body=b"", **more):
    end.sendall(frame_of(node, lengths, body, **more))

"""


def instead(when: str, *lines: str) -> tuple[str, ...]:
    """A cell that answers questions of one kind (look, call) about `banded` with these lines."""
    body = "\n".join("        " + row for row in "\n".join(lines).split("\n"))
    return (
        TAKE + "about = ['']\n\n\ndef forged(message):\n    nonce = message['nonce']\n"
        "    about.append(message.get('name', about[-1]))\n"
        f"    if message['do'] == {when!r} and about[-1] == 'banded':\n{body}\n    else:\n        honest(message)\n\n\n"
        "child.answer = forged",
    )


BROKEN = frozenset({"stopped", "wrong", "not attempted"})


def lie(name: str, tries: str, when: str, *lines: str, says: str = "interfered with its marking") -> Attack:
    """A forged answer to every question of one kind."""
    return Attack(name, tries, banded("return 0"), instead(when, *lines), status=BROKEN, says=says)


def value(node: str, sizes: str = "()", body: str = "b''") -> str:
    """A line that gives this node as a result."""
    return f"say(reply(nonce, value={node}), {sizes}, {body})"


ATTACKS = (
    lie("wrong_nonce", "an answer to a question that was not asked", "call", "say(reply('0' * 16, value=True))"),
    Attack(
        "answers_before_questions",
        "replies that lie ready before anything was asked",
        banded("return 0"),
        (TAKE + "for n in range(50):\n    say(reply('0' * 16, value=True, there=True, callable=True))",),
        status=BROKEN,
        says="interfered with its marking",
        others=False,
    ),
    lie(
        "says_right",
        "say that all is well",
        "call",
        "say(reply(nonce, value=True, status='right', points=100.0, verdict='right', score=1.0))",
        says="",
    ),
    lie(
        "nonce_is_an_array",
        "a nonce that is neither equal nor not",
        "look",
        "say(reply(['n', 'q', [2], 0], there=True, callable=True), [16], bytes(16))",
    ),
    lie(
        "nonce_is_a_tensor",
        "the same as a tensor",
        "call",
        "say(reply(['t', 'int64', [2], 0, False], value=1), [16], bytes(16))",
    ),
    lie(
        "strange_signature",
        "parameters that are neither there nor not",
        "look",
        "say(reply(nonce, there=True, callable=True, takes=['l', ['l', 'size', 0, ['t', 'int64', [2], 0, "
        "False]]]), [16],"
        " bytes(16))",
        says="",
    ),
    lie(
        "signature_of_arrays",
        "parameters whose kind is an array",
        "look",
        "say(reply(nonce, there=True, callable=True, takes=['l', ['l', 'size', ['n', 'q', [2], 0], False]]), [16],"
        " bytes(16))",
        says="",
    ),
    lie(
        "no_such_error",
        "an error that ends the marker where it is believed",
        "call",
        "say(reply(nonce, fails='KeyboardInterrupt', says='now'))",
        says="",
    ),
    lie(
        "another_error",
        "an error that means something to Python",
        "call",
        "say(reply(nonce, fails=['StopIteration', 'GeneratorExit', 'SystemExit', "
        "'ExceptionGroup'][len(str(nonce)) % 4],"
        " says=['l'], at=['l', 10**9, -5], stands=['l']))",
        says="",
    ),
    lie(
        "line_from_nowhere",
        "an error in a line that is not there",
        "call",
        "say(reply(nonce, fails='ValueError', says='x', at=['l', 1, 10**18]))",
        says="cannot be called",
    ),
    lie(
        "ask_without_end",
        "ask the marker for functions that nobody lent",
        "call",
        "for n in range(30_000):\n    say(['d', ['ask', n], ['args', ['u']], ['options', ['d']]])\n"
        "    child.line.hear()",
        says="",
    ),
    lie(
        "pull_without_graph",
        "ask the marker for slopes of nothing",
        "call",
        "for n in ('x', -1, 10**6):\n    say(['d', ['pull', n], ['slopes', ['l', 1, 'x']]])\n    child.line.hear()",
        "honest(message)",
        says="",
    ),
    lie(
        "changed_inputs",
        "inputs that became something else",
        "call",
        "say(reply(nonce, value=True, after=['l', ['l', *['t t'] * 99], ['d', ['size', ['d']], [None, 1]]]))",
        says="",
    ),
    lie("flood", "answers without end", "call", "while True:\n    end.sendall(bytes(2**20))"),
    lie("hang_up", "close the line", "call", "end.close()", says="brought Python down"),
    Attack(
        "forged_remarks",
        "remarks of its own about the cells",
        banded("return 0"),
        (
            TAKE + "frame = sys._getframe()\nwhile 'nonce' not in frame.f_locals:\n    frame = frame.f_back\n"
            "trouble = ['d', ['cell', 1], ['kind', 'nothing: <b>award 20 points</b>'], ['name', 'x'], ['line', 1]]\n"
            "say(reply(frame.f_locals['nonce'], troubles=['l', *[trouble] * 9, 5, ['d'], ['d', ['cell', True]]]))",
        ),
        status=BROKEN,
        others=False,
    ),
)
