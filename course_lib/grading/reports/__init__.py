"""What people read: feedback, report, and tables for campus systems."""
