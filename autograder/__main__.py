"""``python -m autograder``: the real command line; ``course.py`` only adds the environment."""

import sys

from . import interrupt

if __name__ == "__main__":
    interrupt.leaves_at_once()
    from .cli import main

    sys.exit(main(sys.argv[1:]))
