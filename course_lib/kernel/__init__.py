"""What a notebook's kernel needs: seed, device, budget, a limit of output, and names that a learner may overwrite."""
