"""One question on a feedback page: its state in words, the reason, the nudge, the laws, and how to see for oneself."""

from course_lib.grading.records import QuestionMark, WrittenQuestion
from course_lib.grading.reports.html_page import bullets, clean, prose, text
from course_lib.grading.reports.totals import Hand, Question, number, points_of

LONGEST_LINE = 160
BEGIN = "Without a result of the right kind and shape every law after the first counts as broken: begin with the first."
STATES = {  # symbol, words; the class of the same name only colours what both already say
    "right": ("✓", "right"),
    "partly": ("◐", "partly right"),
    "wrong": ("✗", "not right yet"),
    "stopped": ("■", "stopped"),
    "open": ("○", "not attempted"),
    "waiting": ("…", "waits for your teacher"),
    "marked": ("✎", "marked by hand"),
}


def state(question: Question, hand: Hand, tag: str = "span") -> str:
    """What became of a question, as a symbol and words."""
    kind = _kind(question, hand)
    symbol, words = STATES[kind]
    look = kind if kind not in ("waiting", "marked") else "open"
    return f'<{tag} class="state {look}"><span aria-hidden="true">{symbol}</span>{words}</{tag}>'


def worth(question: Question, hand: Hand) -> str:
    """2.5 of 4; a dash where nobody has marked yet."""
    given = points_of(question, hand)
    return f"{'–' if given is None else number(given)} of {number(question.out_of)}"


def question_part(question: QuestionMark, hand: Hand, name: str) -> str:
    """A question that was marked automatically. name: what the student's function is called."""
    parts = [_title(question, hand), state(question, hand, "p")]
    if question.mistake and question.mistake not in question.reason:
        parts += [f"<p>This behaves like a known mistake: <strong>{prose(question.mistake)}</strong>.</p>"]
    if question.reason:
        parts += [f"<p>{prose(question.reason)}</p>"]
    if question.cause and question.cause not in question.reason:
        parts += [f"<p>{prose(question.cause)}</p>"]
    if question.nudge:
        parts += [f"<p>To think about: {prose(question.nudge)}</p>"]
    if question.line:
        shown = text(clean(question.line.strip().replace("\n", " "), LONGEST_LINE), 6 * LONGEST_LINE + 2)
        parts += [f"<p>It happened in your line</p>\n<pre><code>{shown}</code></pre>"]
    if question.status in ("wrong", "stopped"):
        parts += [_see_for_yourself(question, name)]
    parts += [_laws(question), _by_hand(question, hand)]
    return _article(question, hand, parts)


def written_part(question: WrittenQuestion, hand: Hand) -> str:
    """A question that a person marks."""
    return _article(question, hand, [_title(question, hand), state(question, hand, "p"), _by_hand(question, hand)])


def _kind(question: Question, hand: Hand) -> str:
    given, _ = hand.get(question.grade_id, (None, ""))
    if given is not None:
        return "marked"
    if isinstance(question, WrittenQuestion):
        return "waiting" if question.answered else "open"
    if question.status == "not attempted":
        return "open"
    if question.status == "wrong" and question.points > 0:
        return "partly"
    return question.status if question.status in STATES else "wrong"


def _article(question: Question, hand: Hand, parts: list[str]) -> str:
    kind = _kind(question, hand)
    look = kind if kind not in ("waiting", "marked") else "open"
    name = f"q-{text(question.grade_id, 80)}"
    inside = "\n".join(part for part in parts if part)
    return f'<article class="{look}" aria-labelledby="{name}">\n{inside}\n</article>'


def _title(question: Question, hand: Hand) -> str:
    unit = "point" if question.out_of == 1 else "points"
    return f'<h3 id="q-{text(question.grade_id, 80)}">{prose(question.title)} · {worth(question, hand)} {unit}</h3>'


def _laws(question: QuestionMark) -> str:
    """Laws broken before laws kept; for a right answer there is nothing to add."""
    if question.status == "right":
        return ""
    parts = []
    if question.broken:
        parts += ["<h4>Laws it breaks</h4>", bullets(map(prose, question.broken))]
    if len(question.broken) > 1 and not question.kept:
        parts += [f"<p>{BEGIN}</p>"]
    if question.kept:
        parts += ["<h4>Laws it keeps</h4>", bullets(map(prose, question.kept))]
    return "\n".join(parts)


def _see_for_yourself(question: QuestionMark, name: str) -> str:
    call = text(f'check("{question.exercise}", {name})')
    return (
        f"<p>See it for yourself: run <code>{call}</code> in your notebook. It shows the smallest example it can find, "
        "with other inputs than those used for marking.</p>"
    )


def _by_hand(question: Question, hand: Hand) -> str:
    given, comment = hand.get(question.grade_id, (None, ""))
    parts = []
    if given is not None and isinstance(question, QuestionMark):
        parts += [f"<p>Your teacher set these points by hand; the automatic mark was {number(question.points)}.</p>"]
    if comment:
        parts += [f'<p class="comment">Your teacher writes: {text(comment, 4000)}</p>']
    return "\n".join(parts)
