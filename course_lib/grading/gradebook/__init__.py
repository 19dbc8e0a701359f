"""The gradebook: nbgrader's own, written in batches, opened by its formgrader."""
