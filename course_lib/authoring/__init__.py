"""From solutions/, which people edit, to what a learner gets: cut, check, run."""
