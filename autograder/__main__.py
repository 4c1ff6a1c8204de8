"""``python -m autograder``: the real command line; ``course.py`` only adds the environment."""

import sys

from . import starting

if __name__ == "__main__":
    starting.begin()
    from .cli import main

    sys.exit(main(sys.argv[1:]))
