"""The quiz questions of the lecture on diffusion."""

from course_lib.exercises.feedback.quiz import Question, question

question(
    Question(
        "w14.quiz_noise",
        "A network is shown x_t and t, and trained with squared error to predict the noise that was put in. At t = T "
        "x_t is almost pure noise. What does a perfectly trained network answer there, and what clean sample follows?",
        {
            "a": (
                "It cannot know, so it answers zeros, and the clean sample that follows is x_t itself.",
                "Almost all of x_t is the noise that is asked for, so x_t itself is a very good answer. Zeros would "
                "cost the whole variance of the noise.",
            ),
            "b": (
                "Nearly x_t itself, and what follows is a blur: about the mean of all the training samples.",
                "Yes. Squared error is least at the mean of what is possible. Seen from pure noise every training "
                "sample is possible, so their mean is what follows. Which one it becomes is decided on the way back.",
            ),
            "c": (
                "Nearly x_t itself, and what follows is one sharp sample, picked by chance.",
                "The answer is a fixed function of x_t and t, without chance, and squared error makes it an average. "
                "A sharp sample would be wrong about all the others.",
            ),
            "d": (
                "Nearly x_t itself, so t = T teaches nothing and could be left out of training.",
                "The small part that is not noise is the mean of the data, and every walk back begins with it. A "
                "network that was never shown t = T begins every walk with a guess.",
            ),
        },
        right="b",
    )
)

question(
    Question(
        "w14.quiz_ddim",
        "The same trained network, 20 steps instead of 1,000, and no other change to the schedule. Why can DDIM jump "
        "from t = 1000 to t = 950 at once?",
        {
            "a": (
                "Its network was trained to predict 50 steps at a time.",
                "The training is the same as for DDPM: the noise in x_t, all of it, at every t. Nothing in it knows "
                "about steps.",
            ),
            "b": (
                "It adds no fresh noise, so the errors of its steps cannot add up.",
                "Errors do add up: each prediction is held for 50 times instead of one, and with 2 or 5 steps that "
                "shows. Without chance the way is smoother, not free of error.",
            ),
            "c": (
                "The loss only ever used x_t given x_0, and the network's answer says what x_0 is; that mix can be "
                "made again for any earlier time.",
                "Yes. Training fixes how x_t looks given x_0, not the chain from t to t - 1. DDIM takes the clean "
                "sample and the noise that the answer implies, and mixes them for the time it wants.",
            ),
            "d": (
                "The posterior's variance is smaller, so 50 small steps make one large one exactly.",
                "50 steps and one are the same only if the predicted noise stays the same on the way. It changes at "
                "every step, and that is what few steps cost.",
            ),
        },
        right="c",
    )
)
