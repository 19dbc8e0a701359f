"""Homework, question 3: columns of one size, without a look at the test rows."""

from typing import Any

import torch
from torch import Tensor

from course_lib.data import scaling
from course_lib.exercises.author import *

Both = tuple[Tensor, Tensor]


def spread(rows: Tensor, correction: int = 0) -> Tensor:
    """The standard deviation of every column, 1 where it never changes."""
    found = rows.std(0, correction=correction)
    return torch.where((rows == rows[0]).all(0), torch.ones_like(found), found)


def each_by_its_own(train: Tensor, test: Tensor) -> Both:
    return scaling.standardise(train, test)[0], (test - test.mean(0)) / spread(test)


def everybody_together(train: Tensor, test: Tensor) -> Both:
    rows = torch.cat([train, test])
    return (train - rows.mean(0)) / spread(rows), (test - rows.mean(0)) / spread(rows)


def not_centred(train: Tensor, test: Tensor) -> Both:
    return train / spread(train), test / spread(train)


def divided_by_variance(train: Tensor, test: Tensor) -> Both:
    return (train - train.mean(0)) / spread(train) ** 2, (test - train.mean(0)) / spread(train) ** 2


def constant_divides_by_zero(train: Tensor, test: Tensor) -> Both:
    mean, wide = train.mean(0), train.std(0, correction=0)
    return (train - mean) / wide, (test - mean) / wide


def tiny_number_added(train: Tensor, test: Tensor) -> Both:
    mean, wide = train.mean(0), train.std(0, correction=0) + 1e-8
    return (train - mean) / wide, (test - mean) / wide


def one_for_all_columns(train: Tensor, test: Tensor) -> Both:
    mean, wide = train.mean(), train.std(correction=0)
    return (train - mean) / wide, (test - mean) / wide


def row_by_row(train: Tensor, test: Tensor) -> Both:
    first, second = (
        (rows - rows.mean(1, keepdim=True)) / rows.std(1, correction=0, keepdim=True) for rows in (train, test)
    )
    return first, second


def divided_by_one_less(train: Tensor, test: Tensor) -> Both:
    mean, wide = train.mean(0), spread(train, correction=1)
    return (train - mean) / wide, (test - mean) / wide


@law("over the training rows every column has mean 0 and standard deviation 1")
def train_is_standard(call: Call) -> Broken | None:
    """Or 0, where the column never changes."""
    train, given = call.yours[0], call.inputs["train"]
    mean, wide = train.mean(0), train.std(0, correction=0)
    wanted = (given != given[0]).any(0).float()
    for column in range(train.shape[1]):
        if abs(float(mean[column])) > 1e-3 or abs(float(wide[column] - wanted[column])) > 1e-3:
            return Broken(
                f"Column {column} of your train has mean {number(float(mean[column]))} and standard deviation "
                f"{number(float(wide[column]))} (divided by N); they should be 0 and {int(wanted[column])}.",
                train,
                call.expected[0],
            )
    return None


@law("the test rows have no say in the training rows")
def no_peeking(call: Call) -> Broken | None:
    """Other test rows, same training rows."""
    result = call.again(test=call.inputs["test"] * 2 + 1)
    if same(result[0], call.yours[0], 1e-3):
        return None
    return Broken(
        "Only the test rows were changed, and your training rows changed with them.", result[0], call.yours[0]
    )


@law("a test row does not depend on the other test rows")
def one_by_one(call: Call) -> Broken | None:
    """A single row comes out as it did among others."""
    result = call.again(test=call.inputs["test"][:1])
    if same(result[1], call.yours[1][:1], 1e-3):
        return None
    return Broken("The first test row comes out differently when it is the only one.", result[1], call.yours[1][:1])


@exercise("w12.standardise", title="Scaled by what you may know", notebook="homework", section="3", points=3, minutes=8,
          difficulty=2, importance=5)  # fmt: skip
class Standardise:
    """Every column with mean 0 and standard deviation 1, as measured on the training rows."""

    reference = scaling.standardise
    returns = ("train", "test")

    def inputs(self, draw: Draw) -> dict[str, Any]:
        rows, others, width = draw.size(4, 11), draw.size(2, 5), draw.size(2, 3)
        scale, shift = draw.uniform(width, low=1.5, high=9.0), draw.uniform(width, low=2.0, high=9.0)
        train, test = (draw.normal(n, width) * scale + shift for n in (rows, others))
        train[:, -1] = 3.0  # a cell type nobody in training has a connection to
        return {"train": train, "test": test}

    laws = [train_is_standard, no_peeking, one_by_one, equals_reference]
    mistakes = {
        "the test rows are scaled by themselves": mistake(
            each_by_its_own, "The same cell would come out differently in another test set. Whose mean may you use?"
        ),
        "train and test measured together": mistake(
            everybody_together, "The test rows moved your mean. What did you promise not to look at?"
        ),
        "not centred": mistake(not_centred, "Your columns are of one size and still far from 0. What comes off first?"),
        "divided by the variance": mistake(
            divided_by_variance, "In which unit is a variance? The quotient should have none."
        ),
        "a constant column divides by zero": mistake(
            constant_divides_by_zero,
            "A column that never changes has standard deviation 0. What could you divide by instead?",
        ),
        "a tiny number added to the standard deviation": mistake(
            tiny_number_added,
            "Look at a column that is constant in train and not in test. What becomes of a difference of 1 when you "
            "divide it by 0.00000001?",
        ),
        "one mean for all columns": mistake(
            one_for_all_columns, "Synapses and degrees share one mean in yours. Along which axis do the rows lie?"
        ),
        "row by row": mistake(row_by_row, "Each row of yours has mean 0. What should have mean 0 is a column."),
        "divided by N - 1": mistake(
            divided_by_one_less,
            "Which of the two does std take when it is not told? Its `correction` decides.",
            "This is a convention, and a fair one, but the question asks for the standard deviation that divides by N.",
        ),
    }
    hints = [
        "Two numbers a column, both from train: a mean and a standard deviation. Both tables use them.",
        "train.std(0, correction=0) divides by N. For a column that never changes it is 0.",
        "torch.where(wide > 0, wide, 1.0) leaves constant columns merely shifted.",
    ]
