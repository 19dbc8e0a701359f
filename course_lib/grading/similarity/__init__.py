"""Answers that are alike beyond chance, as a list to look at."""
