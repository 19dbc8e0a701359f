"""Who is in the class, and whose a file is: read from what a campus system gives."""
