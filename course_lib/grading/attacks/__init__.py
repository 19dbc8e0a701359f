"""Submissions that attack, each with what must hold all the same."""
