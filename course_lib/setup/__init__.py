"""Set-up: the environment with its locked packages, and the doctor that says what is wrong with one."""
