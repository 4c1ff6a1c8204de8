"""Every check of every function as a test: for pytest, and for the test panel of your editor.

    python3 course.py test                    all of them
    python3 course.py test -k sigmoid         those of sigmoid_forward and sigmoid_backward

A function that is not written yet is skipped; one that is wrong fails with the words of
``python3 course.py check``. This is practice: the grade of record uses other inputs.
"""

from autograder.collected import tests

globals().update(tests(__name__))
del tests
