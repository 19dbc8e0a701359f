"""What a learner has done: the progress file and the board that shows it."""
