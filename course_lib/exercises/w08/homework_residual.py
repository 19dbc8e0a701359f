"""Homework, question 3: a sum that favours what was there (DeepNorm)."""

from typing import Any

from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w08 import parts
from course_lib.exercises.w08.parts import Part
from course_lib.layers import residual


def part_scaled(x: Tensor, part: Part, norm: Part, alpha: float) -> Tensor:
    return norm(x + alpha * part(x))


def both_scaled(x: Tensor, part: Part, norm: Part, alpha: float) -> Tensor:
    return norm(alpha * (x + part(x)))


def not_scaled(x: Tensor, part: Part, norm: Part, alpha: float) -> Tensor:
    return norm(x + part(x))


def part_reads_scaled(x: Tensor, part: Part, norm: Part, alpha: float) -> Tensor:
    return norm(alpha * x + part(alpha * x))


def normed_then_added(x: Tensor, part: Part, norm: Part, alpha: float) -> Tensor:
    return alpha * x + norm(part(x))


def norm_first(x: Tensor, part: Part, norm: Part, alpha: float) -> Tensor:
    return alpha * x + part(norm(x))


def x_normed_alone(x: Tensor, part: Part, norm: Part, alpha: float) -> Tensor:
    return norm(alpha * x) + part(x)


def divided(x: Tensor, part: Part, norm: Part, alpha: float) -> Tensor:
    return norm(x / alpha + part(x))


@law("with a silent part, the scaled x is normed")
def silence_leaves_x(call: Call) -> Broken | None:
    """Nothing is added then."""
    x, norm, alpha = (call.inputs[name] for name in ("x", "norm", "alpha"))
    result, wanted = call.again(part=parts.silent(call.inputs["part"])), norm(alpha * x)
    return (
        None
        if same(result, wanted)
        else elsewhere(call, "When `part` gives only zeros, the result is off.", result, wanted)
    )


@law("alpha = 1 is the post-norm of question 1")
def one_is_post_norm(call: Call) -> Broken | None:
    """Then both sides of the sum weigh the same."""
    x, part, norm = (call.inputs[name] for name in ("x", "part", "norm"))
    result, wanted = call.again(alpha=1.0), norm(x + part(x))
    return None if same(result, wanted) else elsewhere(call, "With alpha = 1 the result is off.", result, wanted)


@exercise("w08.scaled_residual", title="A sum that favours x", notebook="homework", section="3", points=3, minutes=5,
          difficulty=1, importance=3)  # fmt: skip
class ScaledResidual:
    """What was there, times alpha, plus what the part says; then the norm."""

    reference = residual.scaled_residual

    def inputs(self, draw: Draw) -> dict[str, Any]:
        batch, length, width = draw.size(1, 3), draw.size(2, 4), draw.size(3, 5)
        return {
            "x": draw.normal(batch, length, width) + draw.normal(width),
            "part": parts.listening(draw, "part", length, width),
            "norm": parts.norm(draw, "norm", width),
            "alpha": 1.5 + float(draw.uniform(1)),
        }

    laws = [silence_leaves_x, one_is_post_norm, equals_reference, gradients_reach("x")]
    mistakes = {
        "the part scaled": mistake(
            part_scaled, "Which side of the sum should weigh more?", "Your alpha multiplies what the part says."
        ),
        "both sides scaled": mistake(
            both_scaled, "What does a norm do to a factor on everything?", "Your alpha multiplies the whole sum."
        ),
        "no alpha": mistake(not_scaled, "Where does alpha act?", "Both sides of your sum weigh the same."),
        "the part reads the scaled x": mistake(
            part_reads_scaled, "What does the part read in the formula?", "You scale x before the part has read it."
        ),
        "only the part normed": mistake(
            normed_then_added, "What is inside the norm?", "You norm what the part says, and add afterwards."
        ),
        "the norm first": mistake(
            norm_first,
            "Is this a pre-norm or a post-norm sum?",
            "Your part reads the normed x, and the sum is not normed.",
        ),
        "only x normed": mistake(
            x_normed_alone, "What is inside the norm?", "What the part says is added after the norm."
        ),
        "divided by alpha": mistake(
            divided, "With a large alpha, should x weigh more or less?", "In your sum x shrinks as alpha grows."
        ),
    }
    hints = [
        "Read the formula from the inside: a part reads x, a sum, a norm.",
        "alpha multiplies one thing only: the x that is added, not the x that the part reads.",
    ]
