"""Make digits.npz from scikit-learn's copy of the digits.

    python data/make_digits.py           write digits.npz beside this file
    python data/make_digits.py --check   compare the file there, byte by byte

Needs NumPy and scikit-learn (only here; nothing else in this repository does).
"""

import io
import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

TARGET = Path(__file__).with_name("digits.npz")


def make_archive() -> bytes:
    """Return the bytes of digits.npz. NumPy stores no clock time, so they never change."""
    digits = load_digits()
    images = digits.data.astype(np.uint8)
    assert np.array_equal(images, digits.data), "pixels are whole numbers"
    buffer = io.BytesIO()
    np.savez_compressed(buffer, images=images, labels=digits.target.astype(np.uint8))
    return buffer.getvalue()


def main() -> None:
    """Write the file, or with --check compare it."""
    archive = make_archive()
    if "--check" not in sys.argv[1:]:
        TARGET.write_bytes(archive)
    elif TARGET.read_bytes() != archive:
        sys.exit(f"{TARGET} differs from what this script makes")


if __name__ == "__main__":
    main()
