"""From a campus download to one row a student: release, archives, layouts, names, late rules."""
