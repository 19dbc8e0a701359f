"""The quiz questions of the lecture on graph networks."""

from course_lib.exercises.feedback.quiz import Question, question

question(
    Question(
        "w12.quiz_smoothing",
        "A network of 16 graph convolutions without residual connections scores no better than chance, and in "
        "training, too. Its node features have a mean cosine similarity of 1.00 after the last round. Why?",
        {
            "a": (
                "It overfits: 16 layers have too many weights for so few nodes.",
                "A network that overfits does well on the nodes it was trained on. This one fails there, too.",
            ),
            "b": (
                "Every round averages over neighbours, so connected nodes drift to one and the same direction.",
                "Yes. Multiplying by the normalised adjacency again and again leaves one direction. What still tells "
                "the nodes apart is a tiny remainder, and without shortcuts little gradient finds its way to it.",
            ),
            "c": (
                "Its receptive field is still too small to see the whole graph.",
                "After 16 rounds a node has heard everybody within 16 steps. It has heard too many, not too few.",
            ),
            "d": (
                "Messages that pass 16 times grow until they are no longer finite.",
                "The weights 1 / sqrt(d_i d_j) keep the sums from growing, and a cosine of 1.00 is finite.",
            ),
        },
        right="b",
    )
)

question(
    Question(
        "w12.quiz_wl",
        "Two triangles side by side, and one ring of six nodes. Every node has the same features. Which of these tells "
        "the two graphs apart?",
        {
            "a": (
                "A graph network with more rounds.",
                "Every node has two neighbours that look like itself, in both graphs, in every round. More rounds see "
                "the same again.",
            ),
            "b": (
                "A graph network that adds up instead of averaging, such as GIN.",
                "A sum counts neighbours, but all nodes have two. GIN is as strong as colour refinement, not stronger.",
            ),
            "c": (
                "A graph attention network, since it can weigh neighbours.",
                "Weights are computed from features, and all features are equal: each neighbour gets the same weight.",
            ),
            "d": (
                "A feature that counts the triangles a node is part of.",
                "Yes. It is 1 everywhere in the first graph and 0 in the second. What message passing cannot find out "
                "has to be brought along.",
            ),
        },
        right="d",
    )
)
