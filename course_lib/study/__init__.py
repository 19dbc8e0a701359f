"""Learning alone: bringing exercises back, new versions in words, progress between machines, and spaced review."""
