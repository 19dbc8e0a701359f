"""A class that does not exist, with the truth about it."""
