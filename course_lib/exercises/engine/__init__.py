"""What an exercise is and how an answer is judged: inputs, laws, known mistakes, verdict."""
