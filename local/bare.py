"""An interpreter with no packages, so that a zip runs with what is in it, as in Lambda."""

import subprocess
import sys
from pathlib import Path


def interpreter(folder: Path) -> Path:
    """Return the python of a virtual environment without packages; the first call makes it."""
    python = folder / "bin" / "python"
    if not _works(python):
        subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", "--clear", str(folder)], check=True
        )
    return python


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    version = "import sys; print(sys.version_info[:2])"
    answer = subprocess.run([python, "-c", version], capture_output=True, text=True, check=False)
    return answer.stdout.strip() == str(sys.version_info[:2])
