"""The sixteen weeks: what each is called, stands on and may cost, and which one fits a question."""
