"""What `course build --check` asks of the lecture of a week, beyond its form: words, letters, numbers, acts, links."""
