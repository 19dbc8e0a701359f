"""What newcomers really do to a check; each gets a kind sentence, and the notebook lives on."""

import random
import sys
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from course_lib.exercises import judge
from tests.exercises.toys import share


class Liar(Exception):
    def __str__(self) -> str:
        raise RuntimeError("I am not telling")


class Endless(Exception):
    def __str__(self) -> str:
        while True:
            pass


class AlwaysEqual(Tensor):
    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return torch.tensor(True)

    def __eq__(self, other: object) -> Any:
        return True

    __hash__ = Tensor.__hash__


class Pretender:
    """Says that it is a tensor and equal to everything."""

    __class__ = Tensor  # type: ignore[assignment]
    shape = torch.Size((2, 3))
    dtype = torch.float32

    def __eq__(self, other: object) -> bool:
        return True

    def __array__(self, *_: Any) -> Any:
        raise SystemExit

    __hash__ = None  # type: ignore[assignment]


def raising(error: BaseException) -> Any:
    def candidate(scores: Tensor, mask: Tensor) -> Tensor:
        raise error

    return candidate


def giving(value: Any) -> Any:
    def candidate(scores: Tensor, mask: Tensor) -> Any:
        return value(scores, mask) if callable(value) else value

    return candidate


def nested() -> list[Any]:
    loop: list[Any] = []
    loop.append(loop)
    return loop


def forgets_return(scores: Tensor, mask: Tensor) -> None:
    scores.softmax(-1)


def calls_a_covered_builtin(scores: Tensor, mask: Tensor) -> Any:
    return sum(scores)


CASES = {
    "None instead of a function": (None, "not a function"),
    "a number": (3, "a whole number, not a function"),
    "a text": ("share", "a text, not a function"),
    "a class": (dict, "asks for a function"),
    "too few parameters": (lambda scores: scores, "yours takes (scores)"),
    "too many parameters": (lambda a, b, c: a, "(scores, mask)"),
    "forgotten return": (forgets_return, "is a `return` missing?"),
    "returns a text": (giving("done"), "should be a tensor, and you return a text"),
    "returns a list": (giving(lambda s, m: s.tolist()), "torch.tensor"),
    "returns an array": (giving(lambda s, m: s.numpy()), "NumPy"),
    "returns a class": (giving(lambda s, m: dict), "a class (dict)"),
    "returns a generator": (giving(lambda s, m: (row for row in s)), "yield"),
    "returns a list inside itself": (giving(lambda s, m: nested()), "nested"),
    "stray comma": (giving(lambda s, m: (share(s, m),)), "stray comma"),
    "wrong shape": (giving(lambda s, m: s.T), "The shape of your result is (3, 2), it should be (2, 3)"),
    "wrong dtype": (giving(lambda s, m: s.double()), "are float64, they should be float32"),
    "nan": (giving(lambda s, m: s * torch.nan), "nan (not a number)"),
    "a tensor that lies": (giving(lambda s, m: s.as_subclass(AlwaysEqual)), "special kind of tensor"),
    "an object that lies": (giving(lambda s, m: Pretender()), "type Pretender"),
    "a meta tensor": (giving(lambda s, m: s.to("meta")), "no numbers"),
    "inputs changed in place": (giving(lambda s, m: s.mul_(2)), "changes its inputs in place"),
    "sys.exit": (raising(SystemExit(0)), "leaves Python"),
    "KeyError": (raising(KeyError("q")), "KeyError"),
    "an error without a message": (raising(ValueError()), "ValueError"),
    "an error that does not tell": (raising(Liar()), "cannot be read"),
    "an error that never finishes telling": (raising(Endless()), "cannot be read"),
    "an absurd tensor": (giving(lambda s, m: torch.empty(10**13)), "more memory"),
    "a misspelt name": (lambda scores, mask: scoers.softmax(-1), "Did you mean `scores`?"),  # type: ignore[name-defined]  # noqa: F821
    "a shape error": (giving(lambda s, m: s @ m.float()), "cannot be multiplied"),
}


@pytest.mark.parametrize("name", CASES)
def test_garbage_gets_a_kind_sentence(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    candidate, sentence = CASES[name]
    verdict = judge("w99.share", candidate)
    assert verdict.status == "wrong"
    assert verdict.score == 0
    assert sentence in verdict.message
    assert "!" not in verdict.message.partition("\n")[0]
    said = capfd.readouterr()
    assert said.out == said.err == "", "judge never prints"


def test_the_interrupt_button_ends_the_check_and_not_the_notebook() -> None:
    verdict = judge("w99.share", raising(KeyboardInterrupt()))
    assert verdict.status == "stopped"
    assert "stop button" in verdict.message


def test_a_covered_builtin_is_told_apart() -> None:
    calls_a_covered_builtin.__globals__["sum"] = 3
    try:
        verdict = judge("w99.share", calls_a_covered_builtin)
    finally:
        del calls_a_covered_builtin.__globals__["sum"]
    assert "`del sum` brings the function back" in verdict.message
    assert "return sum(scores)" in verdict.line


def test_a_replaced_builtin_is_put_back() -> None:
    import builtins

    before = builtins.sum

    def vandal(scores: Tensor, mask: Tensor) -> Tensor:
        builtins.sum = builtins.len = builtins.any = lambda *_: True  # type: ignore[assignment]
        torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(False)
        sys.setrecursionlimit(5000)
        return scores

    limit = sys.getrecursionlimit()
    assert judge("w99.share", vandal).status == "wrong"
    assert builtins.sum is before
    assert torch.get_default_dtype() is torch.float32
    assert torch.is_grad_enabled()
    assert sys.getrecursionlimit() == limit


def test_chance_is_left_alone() -> None:
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    judge("w99.share", lambda scores, mask: torch.randn(scores.shape) + random.random() + np.random.rand())
    assert torch.equal(torch.get_rng_state(), before[0])
    assert random.getstate() == before[1]
    assert np.random.get_state()[1].tolist() == before[2]


def test_blank_in_every_form() -> None:
    def only_pass(scores: Tensor, mask: Tensor) -> Any:
        pass

    def dots(scores: Tensor, mask: Tensor) -> Any: ...

    def returns_none(scores: Tensor, mask: Tensor) -> Any:
        """Softmax."""
        return None

    def given_lines_first(scores: Tensor, mask: Tensor) -> Any:
        rows = len(scores)
        print(rows)
        # YOUR CODE HERE
        raise NotImplementedError()

    for blank in (only_pass, dots, returns_none, given_lines_first):
        assert judge("w99.share", blank).status == "not attempted", blank.__name__


def test_a_raise_left_below_real_work_is_pointed_out() -> None:
    def forgot_to_delete(scores: Tensor, mask: Tensor) -> Any:
        # YOUR CODE HERE
        weights = scores.masked_fill(~mask, -torch.inf).softmax(-1)
        print(weights)
        raise NotImplementedError()

    verdict = judge("w99.share", forgot_to_delete)
    assert verdict.status == "wrong"
    assert "Delete it" in verdict.message


def test_what_torch_has_not_implemented_is_no_blank() -> None:
    """`^` on floats raises NotImplementedError, too: that is an answer, and a common slip."""

    def power(a: Tensor, b: Tensor) -> Any:
        # YOUR CODE HERE
        return (a - b) ^ 2

    verdict = judge("w00.difference", power)
    assert verdict.status == "wrong"
    assert "`x ** 2` is the square of x" in verdict.message and "return (a - b) ^ 2" in verdict.line
    verdict = judge("w99.share", lambda scores, mask: 2.0 ^ 2)
    assert "`x ** 2` is the square of x" in verdict.message


def test_shapes_that_do_not_fit_are_named() -> None:
    def twice(scores: Tensor, mask: Tensor) -> Any:
        return scores @ scores

    verdict = judge("w99.share", twice)
    assert f"There scores is {tuple(verdict.inputs['scores'].shape)}." in verdict.message

    def wide(scores: Tensor, mask: Tensor) -> Any:
        many = mask.repeat(1, 2)
        return scores + many

    verdict = judge("w99.share", wide)
    rows, columns = verdict.inputs["scores"].shape
    assert f"There scores is ({rows}, {columns}) and many is ({rows}, {2 * columns})." in verdict.message


def test_a_question_to_a_whole_tensor_is_explained() -> None:
    def truth(scores: Tensor, mask: Tensor) -> Any:
        if mask:
            scores = scores.masked_fill(~mask, -torch.inf)
        return scores.softmax(-1)

    assert "`if mask is not None:`" in judge("w99.share", truth).message


def test_a_name_in_other_letters_is_found() -> None:
    def capital(scores: Tensor, mask: Tensor) -> Any:
        return Scores.softmax(-1)  # type: ignore[name-defined]  # noqa: F821

    assert "Did you mean `scores`?" in judge("w99.share", capital).message


def test_printing_is_shown_and_does_no_harm(capfd: pytest.CaptureFixture[str]) -> None:
    def chatty(scores: Tensor, mask: Tensor) -> Tensor:
        print("so far so good")
        return scores.masked_fill(~mask, -torch.inf).softmax(-1)

    verdict = judge("w99.share", chatty)
    assert verdict.status == "right"
    assert "so far so good" in verdict.message
    assert capfd.readouterr().out == ""


def test_other_names_for_the_parameters_are_fine() -> None:
    assert judge("w99.share", lambda s, m: s.masked_fill(~m, -torch.inf).softmax(-1)).status == "right"


def test_a_constant_earns_no_credit_for_properties() -> None:
    constant = judge("w99.share", lambda scores, mask: torch.eye(*scores.shape) * 0 + 1 / scores.shape[-1])
    assert constant.status == "wrong"
    assert constant.score == 0
    honest = judge("w99.share", lambda scores, mask: scores.softmax(-1))
    assert 0 < honest.score < 1
