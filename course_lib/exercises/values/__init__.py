"""Plain values: are two the same, and how do they look in a few lines?"""
