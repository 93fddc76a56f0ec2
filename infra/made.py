"""Files that are made from something else, committed, and compared with what would be made now."""

from collections.abc import Iterable, Mapping
from pathlib import Path


def drifted(made: Mapping[Path, str], present: Iterable[Path] = ()) -> list[Path]:
    """Return the files that are missing, differ, or are `present` though nothing makes them."""
    changed = {path for path, text in made.items() if not _holds(path, text)}
    return sorted(changed | (set(present) - made.keys()))


def write(made: Mapping[Path, str], present: Iterable[Path] = ()) -> list[Path]:
    """Write what drifted, remove what nothing makes, and return the paths touched."""
    touched = drifted(made, present)
    for path in touched:
        if path in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path], encoding="utf-8")
        else:
            path.unlink()
    return touched


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
