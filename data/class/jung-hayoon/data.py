"""The handwritten digits (given, complete, not graded)."""

from pathlib import Path

import numpy as np

DIGITS = Path(__file__).resolve().parent.parent / "data" / "digits.npz"


def load_digits(path=None):
    """Load the 1,797 digits of 8 x 8 pixels, split into training, validation and test.

    Arguments:
        path: where digits.npz lies; when None, ../data/digits.npz as seen from this file.

    Returns:
        dict with "x_train" (1280, 64), "x_val" (257, 64), "x_test" (257, 64): float64, raw pixels
        on the scale 0 (white) to 16 (black), nothing subtracted or divided; and "y_train",
        "y_val", "y_test": int64 labels 0 to 9. x[i].reshape(8, 8) is a picture.

    The split is always the same: of every seven digits in the file the first is for validation
    and the third for testing. Split so, the pixels that are constant in the training split (three
    of them, always white) are constant in the other two as well. The last three training digits are
    left out: 1280 is a multiple of most batch sizes, and batch normalisation suffers from an
    epoch that ends with a mini-batch of three.

    Raises:
        FileNotFoundError: there is no such file.
    """
    path = DIGITS if path is None else Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"no digits at {path}: restore data/digits.npz from the repository, "
            "or give the path of your copy as load_digits(path)"
        )
    with np.load(path) as archive:
        images = archive["images"].astype(np.float64)
        labels = archive["labels"].astype(np.int64)
    place = np.arange(len(labels)) % 7
    splits = {
        "train": np.flatnonzero((place != 0) & (place != 2))[:1280],
        "val": np.flatnonzero(place == 0),
        "test": np.flatnonzero(place == 2),
    }
    digits = {}
    for name, rows in splits.items():
        digits[f"x_{name}"] = images[rows]
        digits[f"y_{name}"] = labels[rows]
    return digits
