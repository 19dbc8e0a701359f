"""Prose cut to a slide: nothing is rewritten, and what must not be missing stays."""

import pytest

from course_lib.site.markdown import plain, prose
from course_lib.slides.words import elements, inside, sentences, shorten, without_links

LONG = "The first sentence says what this is about. " + "Another sentence adds a detail to it. " * 12


def test_the_outermost_elements_are_found_whole() -> None:
    html, _ = prose("## A\n\nWords with $a<b$.\n\n- one\n- two\n\n$$x = \\frac{1}{2}$$\n\n```\ncode\n```")
    found = elements(html)
    assert [tag for tag, _ in found] == ["h2", "p", "ul", "p", "pre"]
    assert found[1][1].endswith("</p>") and "<math>" in inside(found[1][1])


def test_a_strange_line_end_moves_nothing() -> None:
    assert elements("<p>a\u2028b\x0bc\nd</p>\n<p>e</p>") == [("p", "<p>a\u2028b\x0bc\nd</p>"), ("p", "<p>e</p>")]


def test_a_full_stop_ends_a_sentence_only_outside_of_elements_and_abbreviations() -> None:
    assert sentences("<b>One. Two.</b> Three 2.5 et al. 2015 said. Four? (Five.) six") == [
        "<b>One. Two.</b> Three 2.5 et al. 2015 said.",
        "Four?",
        "(Five.) six",
    ]


def test_what_is_short_stays_as_it_is() -> None:
    assert shorten("Short. And sweet.") == "Short. And sweet."


def test_a_long_paragraph_keeps_its_beginning_and_says_that_something_went() -> None:
    cut = plain(shorten(LONG))
    assert cut.startswith("The first sentence says what this is about. Another sentence") and cut.endswith("it. …")
    assert len(cut) < 300


@pytest.mark.parametrize(
    ("kept", "after"), [("This is the <strong>softmax</strong>.", " And more."), ("It leads to this:", "")]
)
def test_what_is_bold_and_what_leads_on_stays(kept: str, after: str) -> None:
    cut = shorten(f"{LONG}{kept}{after}")
    assert kept in cut and "And more" not in cut
    assert plain(cut.split(kept)[0]).endswith("…")


def test_a_sentence_is_never_cut_in_two() -> None:
    one = "word " * 200
    assert shorten(one.strip()) == one.strip()


def test_links_to_other_pages_become_words() -> None:
    html = '<h2>A <a class="anchor" href="#a">#</a></h2><a href="../w08/lecture.html">week 8</a> <a href="https://x.y">z</a>'
    assert without_links(html) == '<h2>A</h2>week 8 <a href="https://x.y">z</a>'
