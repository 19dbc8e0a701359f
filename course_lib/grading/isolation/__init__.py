"""The sandbox: a warm process behind bubblewrap, and a job behind walls of its own for each submission."""
