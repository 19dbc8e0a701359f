"""`python -m course_lib.cli` is `course`."""

import sys

from course_lib.cli.parser import main

sys.exit(main())
