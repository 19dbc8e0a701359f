"""What runs inside the sandbox, beside a student's code. Nothing here knows laws, expected values or hidden seeds."""
