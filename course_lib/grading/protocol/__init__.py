"""What crosses between marker and sandbox, and how."""
