"""The quiz questions of the lecture on U-Net."""

from course_lib.exercises.feedback.quiz import Question, question

question(
    Question(
        "w04.quiz_skips",
        "You switch off the finest skip of a trained U-Net: the decoder gets zeros in its place. The mask still shows "
        "the right regions, but their outlines are off by a few pixels. What did that skip carry?",
        {
            "a": (
                "The classes: without it the network does not know what is what.",
                "The regions still have their classes. What is what was decided further down, where each pixel sees a "
                "large part of the picture.",
            ),
            "b": (
                "Where things are: features at full resolution, from before the picture was shrunk.",
                "Yes. Shrinking gives up the place for the overview. The skip brings it back, past the bottleneck.",
            ),
            "c": (
                "The gradient: it is needed in training only, so the outlines are off by chance.",
                "A skip does give the gradient a short way, but it carries numbers in every pass. With zeros in their "
                "place the decoder misses them after training, too.",
            ),
            "d": (
                "Nothing that the layers below have not: a decoder that is deep enough makes up for it.",
                "Four pixels became one on the way down. Which of the four it was is nowhere below, however deep the "
                "decoder is.",
            ),
        },
        right="b",
    )
)

question(
    Question(
        "w04.quiz_leak",
        "Suppose you cut one brain into 150 slices and put each into training or test by chance. The test Dice is "
        "0.97. On a new brain it is 0.80. Which is the likeliest reason?",
        {
            "a": (
                "The network is too small for a new brain.",
                "A small network does badly on all slices alike, also on those in your test set.",
            ),
            "b": (
                "Dice is a bad measure: it rewards large classes.",
                "The mean over classes counts each class alike, and it is the same measure on both brains.",
            ),
            "c": (
                "Nearly every test slice had its neighbours in training, and neighbours are almost the same picture.",
                "Yes. The test asked for slices the network had all but seen. Slabs with a gap between them ask more, "
                "and other people's brains ask what you want to know.",
            ),
            "d": (
                "150 slices are too few to measure a Dice to two places.",
                "Chance moves a Dice over 30 slices by little, and as often up as down. It does not lift it by 0.17.",
            ),
        },
        right="c",
    )
)
