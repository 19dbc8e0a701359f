"""Running a learner's function: caught output, limits of time, forbidden calls, plain results."""
