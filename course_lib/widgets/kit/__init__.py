"""What all explorers share: the base in Python, the base in the page, controls, and how numbers become bytes."""
