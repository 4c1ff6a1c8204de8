"""Classroom 50 runs this for each push, as ``CLASSROOM/autograders/ASSIGNMENT/autograder.py``.

Put the students' copy that ``release`` makes beside it: the bundle is public, so nothing with an
answer may be in it. What it says is practice; the grade of record is the instructor's own run.
"""

import os
import subprocess
import sys
from pathlib import Path

bundle = os.environ["CLASSROOM50_BUNDLE_DIR"]
command = f"{bundle}/course.py check --all --folder assignment --format classroom50"
checked = subprocess.run([sys.executable, *command.split()], stdout=subprocess.PIPE)
if checked.returncode not in (0, 1):  # neither right nor with mistakes: not the student's fault
    sys.exit(checked.returncode)
Path("result.json").write_bytes(checked.stdout)
