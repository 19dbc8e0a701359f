"""The quiz questions of the lecture on attention."""

from course_lib.exercises.feedback.quiz import Question, question

question(
    Question(
        "w07.why_scale",
        "You double the width K of queries and keys and forget the scaling. What goes wrong first?",
        {
            "a": (
                "The scores overflow to infinity.",
                "They grow like the root of K, so at K = 1024 a typical score is 32. A float holds far more than that.",
            ),
            "b": (
                "The softmax decides for one answer, and hardly any gradient gets through.",
                "A softmax that has decided has a slope w (1 - w) near 0, so training cannot correct what it decided.",
            ),
            "c": (
                "The weights no longer sum to 1.",
                "They do, whatever the scores are: dividing by the total takes care of that.",
            ),
            "d": (
                "Nothing: the layer learns smaller weights in W_q and W_k.",
                "It could in the long run, but it has to learn that where the gradient is near 0.",
            ),
        },
        right="b",
    )
)

question(
    Question(
        "w07.heads_cost",
        "A layer has width 64 and 4 heads. You change it to 8 heads and keep the width. How many weights does it gain?",
        {
            "a": (
                "None.",
                "The four matrices W_q, W_k, W_v and W_o stay 64 by 64. Heads only say how their columns are grouped.",
            ),
            "b": (
                "Twice as many in W_q, W_k and W_v.",
                "That would be so if each head kept its width of 16. With 8 heads a head has 8 columns.",
            ),
            "c": (
                "A new output matrix for each head.",
                "The heads are laid side by side, 64 numbers as before, and one 64 by 64 matrix mixes them.",
            ),
        },
        right="a",
    )
)

question(
    Question(
        "w07.weights_explain",
        "While writing a sound, one head gives the letter e a weight of 0.95. What may you conclude?",
        {
            "a": (
                "The letter e caused the sound.",
                "Values, other heads and the residual path act on the output, too. A bright cell is a suspicion.",
            ),
            "b": (
                "95 percent of the output comes from the letter e.",
                "It is 95 percent of what this one head heard, and the value it heard may be close to zero.",
            ),
            "c": (
                "This head mixed mostly the value of e; whether that matters takes an experiment.",
                "Change the e, or silence the head, and see whether the sound changes. That is what the homework does.",
            ),
        },
        right="c",
    )
)
