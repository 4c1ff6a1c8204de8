"""Files written in one piece, and zips that are the same on every machine."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the first that a zip can tell
UNIX, PLAIN_FILE = 3, 0o100644


def replace(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``: whoever looks sees the old file or the new one, never half of it.

    A link stays one, and a file keeps its permissions.
    Raises OSError where that cannot be done, and leaves what was there as it was.
    """
    path = path.resolve()
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # or a power cut now would leave an empty file behind
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files: equal ones give equal bytes, also from another system.

    Nothing is compressed: that differs from one version of zlib to the next.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path, data in files.items():
            member = zipfile.ZipInfo(path, FIRST_DAY)
            member.create_system = UNIX
            member.external_attr = PLAIN_FILE << 16
            archive.writestr(member, data)
    return buffer.getvalue()
