"""A lecture as slides: the same blocks as its page, cut to what can be read from the last row."""
