"""Notice edits of the source: what is wrong in a file, and which apps need a new deploy."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path

type Stamp = tuple[int, int]

_SKIPPED = {"__pycache__", "vendor", "node_modules", "deployed", "deployments"}
# Code runs from the source tree; only these change what was told to AWS.
_DEPLOYED = {"app.py", "functions.toml"}


class Tree:
    """The source files of a project and when each was last written."""

    def __init__(self, root: Path, apps: tuple[str, ...]) -> None:
        self._root = root
        self._apps = apps
        self._seen = dict(self._look())

    def changed(self) -> list[Path]:
        """Return the files written, made or removed since the last call."""
        now = dict(self._look())
        before, self._seen = self._seen, now
        return sorted(
            path for path in before.keys() | now.keys() if before.get(path) != now.get(path)
        )

    def apps_to_deploy(self, changed: list[Path]) -> list[str]:
        """Return the apps whose routes, events or settings such changes may touch."""
        if self._root / "project.toml" in changed:
            return list(self._apps)
        return [
            app
            for app in self._apps
            if any(path.parent == self._root / app and path.name in _DEPLOYED for path in changed)
        ]

    def _look(self) -> Iterator[tuple[Path, Stamp]]:
        project = self._root / "project.toml"
        if project.exists():
            yield project, _stamp(project)
        for folder in ("shared", *self._apps):
            yield from _files(self._root / folder)


def fault(path: Path) -> str | None:
    """Return where a Python file cannot be read, None when it can or is gone."""
    if path.suffix != ".py" or not path.exists():
        return None
    try:
        ast.parse(path.read_bytes(), filename=str(path))
    except SyntaxError as error:
        return f"{path}:{error.lineno}: {error.msg}"
    return None


def _files(folder: Path) -> Iterator[tuple[Path, Stamp]]:
    for top, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if each not in _SKIPPED and each[0] != "."]
        for name in names:
            path = Path(top) / name
            try:
                yield path, _stamp(path)
            except FileNotFoundError:
                continue  # an editor's temporary file, gone between listing and looking


def _stamp(path: Path) -> Stamp:
    status = path.stat()
    return status.st_mtime_ns, status.st_size
