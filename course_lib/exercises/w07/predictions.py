"""What learners guess before a cell of week 7 is run; the lecture asks the questions."""

from course_lib.exercises.predictions import Choice, Curve, Number, prediction

prediction(
    "w07.1",
    "the average, while the score of the answer 2 climbs from -6 to 6",
    Curve(xs=(-6, -4, -2, 0, 2, 4, 6), low=0, high=10, x_label="score of the answer 2", y_label="average"),
)
prediction(
    "w07.2",
    "the dial that wins",
    Choice({"a": "β = 0: everybody alike", "b": "something between", "c": "β = 8: the nearest relative alone"}),
)
prediction("w07.3", "the largest of 32 weights at K = 1024, nothing divided", Number(low=0, high=1))
prediction(
    "w07.5",
    "the positions that land in the three places of head 0",
    Number(parts=("first place", "second place", "third place"), low=1, high=3),
)
prediction("w07.6", "positions of 50 that listen to the last one with weight 0.99 or more", Number(low=0, high=50))
prediction(
    "w07.6b",
    "how many different outputs five anagrams get",
    Number(parts=("without positions", "with positions"), low=1, high=5),
)
prediction(
    "w07.7",
    "how many percent of the sounds are wrong",
    Number(parts=("with positions", "without"), unit="%", low=0, high=100),
)
prediction("w07.8", "memory of the weights of one layer with 8 heads at T = 8192", Number(unit="MiB", low=0))
