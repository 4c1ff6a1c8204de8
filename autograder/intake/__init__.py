"""A folder or a zip to a submission: regular files by name, capped before they are read.

Nothing is extracted and nothing is followed. What cannot be used is left out and said.
"""

from .finding import find, passed_over
from .naming import few, name_of
from .reading import Submission, read

__all__ = ["Submission", "few", "find", "name_of", "passed_over", "read"]
