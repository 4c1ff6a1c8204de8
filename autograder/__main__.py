"""``python -m autograder``: the real command line; ``course.py`` only adds the environment."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
