"""``data/manifest.json`` of a student's copy: which release it is, and what its files were.

    {"format": "release/v1", "course": "4be1d9a07c32",
     "versions": {"grader": "1.0.0", "numpy": "2.4.6"},
     "files": {"course.py": "sha256 of its bytes", ...}}

``course`` is a digest of all digests: equal copies have equal names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .places import MANIFEST, ROOT

FORMAT = "release/v1"
# What is nobody's to change: of a folder with / at its end everything that was released.
CHECKER = ("autograder/", "data/", "tests/", "course.py", "requirements.txt")


@dataclass(frozen=True)
class Manifest:
    """What a release was; digests by path, with ``/`` between folders."""

    course: str
    versions: Mapping[str, str]
    files: Mapping[str, str]


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def of(files: Mapping[str, bytes], versions: Mapping[str, str]) -> Manifest:
    """The manifest of a release that has these files."""
    digests = {path: digest(data) for path, data in sorted(files.items())}
    return Manifest(digest(json.dumps(digests).encode())[:12], versions, digests)


def is_as_released(path: str, release: Manifest) -> bool:
    """Whether a file of this copy is there and the same."""
    try:
        return digest((ROOT / path).read_bytes()) == release.files[path]
    except OSError:
        return False


def damage() -> list[str]:
    """Files of the checker that are missing or changed in this copy, if it is a student's."""
    release = read()
    files = release.files if release else ()
    ours = (path for path in files if path.startswith(CHECKER))
    return [path for path in ours if release and not is_as_released(path, release)]


def written(manifest: Manifest) -> bytes:
    data = {"format": FORMAT, **vars(manifest)}
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def read(path: Path = MANIFEST) -> Manifest | None:
    """None where there is none that can be read."""
    try:
        data = json.loads(path.read_bytes())
        if data.pop("format") != FORMAT:
            return None
        return Manifest(**data)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
