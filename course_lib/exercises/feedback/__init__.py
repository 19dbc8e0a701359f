"""What a learner reads: `check`, hints, quizzes, points, and verdicts in words."""
