"""Submissions to marks: the marker, its workers, its store, and who runs them."""
