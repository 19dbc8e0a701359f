"""The quiz questions of the lecture on the Transformer."""

from course_lib.exercises.feedback.quiz import Question, question

question(
    Question(
        "w08.quiz_norm",
        "Layer norm takes the mean and the spread over which numbers?",
        {
            "a": (
                "Over one column of the whole batch, so that each feature has mean 0.",
                "That is batch norm. It would make what one word is depend on the other words of the batch, "
                "and there is no batch when you decode a single word.",
            ),
            "b": (
                "Over the D numbers of one position of one sequence.",
                "Each position is brought to one size by itself, so neither padding nor the rest of the batch matters, "
                "and it is the same in training and in use.",
            ),
            "c": (
                "Over all positions of one sequence.",
                "Then an early position would depend on later ones: a causal decoder would see ahead through the norm.",
            ),
            "d": (
                "Over all the weights of a layer.",
                "Layer norm acts on what flows through the network. Its only weights are a gain and a bias a column.",
            ),
        },
        right="b",
    )
)

question(
    Question(
        "w08.quiz_teacher_forcing",
        "In training, the decoder reads the right sounds so far. In use, it reads its own. What follows?",
        {
            "a": (
                "Training needs one pass a sound, because each sound must wait for the one before it.",
                "It is the other way round: since the right sounds are known, one pass with a causal mask trains all "
                "positions at once. Only use has to wait.",
            ),
            "b": (
                "The training loss tells how good the written words will be.",
                "It tells how good each sound is after a right beginning. After a first slip the model stands where it "
                "never stood in training, so word errors are measured on what it writes by itself.",
            ),
            "c": (
                "One early slip may spoil the rest of a word, and the training loss does not show it.",
                "The loss always looks at right beginnings. That gap is called exposure bias; beam search helps a "
                "little, because the second best beginning is still there.",
            ),
            "d": (
                "The causal mask is needed only in use.",
                "It is needed in training: there the later sounds stand in the input. In use they do not exist yet.",
            ),
        },
        right="c",
    )
)
