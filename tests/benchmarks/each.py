"""Run one command for each of several folders, a few at a time: each.py JOBS FOLDER... -- COMMAND.

``{name}`` and ``{folder}`` in the command are the folder's; it runs there, and what it prints and
its exit code stay there too, in ``printed`` and ``code``.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def run(folder: Path, command: list[str]) -> None:
    here = [
        part.replace("{name}", folder.name).replace("{folder}", str(folder)) for part in command
    ]
    with open(folder / "printed", "wb") as printed:
        done = subprocess.run(
            here, cwd=folder, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed
        )
    (folder / "code").write_text(str(done.returncode))


def main() -> None:
    cut = sys.argv.index("--")
    jobs, folders, command = sys.argv[1], sys.argv[2:cut], sys.argv[cut + 1 :]
    with ThreadPoolExecutor(int(jobs)) as pool:
        list(pool.map(lambda folder: run(Path(folder), command), folders))


if __name__ == "__main__":
    main()
