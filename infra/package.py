"""Build each app's zip: same source, same bytes; opened, imported, measured, kept by content."""

import hashlib
import inspect
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import chalice
import chalice.app

from infra import archive, dependencies, functions, smoke
from infra.functions import App
from infra.project import Project, ProjectError, Stage
from infra.stacks import Say

_LARGEST = 20 * 1024 * 1024  # bytes
_KEPT = 3  # zips of an app, so that going back to the last branch costs nothing
_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a zip that was built: its checksum, bytes, and seconds to import."""

    sha256: str
    size: int
    import_seconds: float | None


def builder(project: Project, stage: Stage, say: Say = print) -> Callable[[Path], Path]:
    """Return what builds the zip of the app in a folder, unless it has been built before."""

    def build(folder: Path) -> Path:
        return _build(project.root / ".build", folder, functions.read(folder, stage), stage, say)

    return build


def facts(package: Path) -> Facts | None:
    """Return what is known of a zip; None for one that was not finished or has changed since."""
    try:
        known = Facts(**json.loads(_notes(package).read_text(encoding="utf-8")))
        whole = _checksum(package) == known.sha256
    except (OSError, ValueError, TypeError):
        return None
    return known if whole else None


def _build(store: Path, folder: Path, app: App, stage: Stage, say: Say) -> Path:
    for name in ("app.py", "requirements.txt"):
        if not (folder / name).is_file():
            raise ProjectError(f"{app.name} cannot be packaged: there is no {app.name}/{name}")
    source = _source(folder)
    needs = _key(_tools(), (folder / "requirements.txt").read_bytes(), *sorted(app.services))
    parts = (f"{name}\0{_checksum(path)}" for name, path in source.items())
    own = _key(needs, (folder / "functions.toml").read_bytes(), *parts)
    package = store / f"{app.name}-{_PYTHON}-{own}.zip"
    if known := facts(package):
        say(f"{app.name}: unchanged, {_words(known)}")
        return package
    began = time.monotonic()
    libraries = store / f"libraries-{_PYTHON}-{needs}.zip"
    if facts(libraries) is None:
        say(f"{app.name}: installing libraries")
        _make_libraries(libraries, folder / "requirements.txt", app)
    say(f"{app.name}: packing and importing")
    with _finished(package) as unfinished:
        _pack(unfinished, source, libraries)
        known = _measured(unfinished, app, stage)
    _note(package, known)
    _tidy(store, app.name)
    say(f"{app.name}: {_words(known)}, built in {time.monotonic() - began:.1f} s")
    return package


def _source(folder: Path) -> dict[str, Path]:
    """Return the app's own files by their place in the zip, and the two of Chalice that run."""
    inside = {
        "app.py": folder / "app.py",
        "chalice/__init__.py": Path(inspect.getfile(chalice)),
        "chalice/app.py": Path(inspect.getfile(chalice.app)),
    }
    own = {
        f"chalicelib/{name}": path for name, path in archive.files(folder / "chalicelib").items()
    }
    return inside | own | archive.files(folder / "vendor")


def _make_libraries(target: Path, requirements: Path, app: App) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "site"
        dependencies.install(requirements, folder)
        dependencies.trim(folder, app.services)
        dependencies.compile_all(folder)
        with _finished(target) as unfinished:
            archive.write(unfinished, archive.every_file(folder))
    _note(target, Facts(_checksum(target), target.stat().st_size, None))


def _pack(target: Path, source: Mapping[str, Path], libraries: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for place, path in source.items():
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(path.read_bytes())
        dependencies.compile_all(folder)
        archive.write(target, archive.every_file(folder), base=libraries)


def _measured(package: Path, app: App, stage: Stage) -> Facts:
    size = package.stat().st_size
    if size > _LARGEST:
        raise ProjectError(
            f"the zip of {app.name} has {_mb(size)}; at most {_mb(_LARGEST)} is fine"
        )
    return Facts(_checksum(package), size, smoke.measure(package, app, stage))


@contextmanager
def _finished(target: Path) -> Iterator[Path]:
    """Give a name to write to; the file gets its own name when all went well, or is removed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.stem}.{os.getpid()}.unfinished")
    try:
        yield unfinished
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _tidy(store: Path, app: str) -> None:
    found = sorted(store.glob(f"{app}-*.zip"), key=lambda path: path.stat().st_mtime)
    for path in found[:-_KEPT]:
        path.unlink(missing_ok=True)
        _notes(path).unlink(missing_ok=True)


def _note(package: Path, known: Facts) -> None:
    _notes(package).write_text(json.dumps(asdict(known)) + "\n", encoding="utf-8")


def _notes(package: Path) -> Path:
    return package.with_suffix(".json")


def _tools() -> bytes:
    """Return what else decides on a zip's bytes: the code that makes it, and Chalice's version."""
    code = (Path(inspect.getfile(part)).read_bytes() for part in (archive, dependencies, smoke))
    return b"".join((*code, Path(__file__).read_bytes(), sys.version.encode()))


def _key(*parts: str | bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        whole.update(len(content).to_bytes(8) + content)
    return whole.hexdigest()[:20]


def _checksum(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _words(known: Facts) -> str:
    took = known.import_seconds
    imports = f"imports in {took * 1000:.0f} ms" if took else "not imported on this machine"
    return f"{_mb(known.size)}, {imports}"


def _mb(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"
