"""Zips of the same bytes for the same files, whoever makes them and whenever."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16
_JUNK = {"__pycache__", ".DS_Store"}


def files(folder: Path) -> dict[str, Path]:
    """Return every file under `folder` by its path inside, without bytecode and hidden files.

    A folder that does not exist has none.
    """
    if not folder.is_dir():
        return {}
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(_walk(folder))
        if path.suffix != ".pyc" and not path.name.startswith(".")
    }


def every_file(folder: Path) -> dict[str, Path]:
    """Return every file under `folder` by its path inside."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path for path in found}


def write(target: Path, content: Mapping[str, Path], base: Path | None = None) -> None:
    """Write a zip of `content`, after all that the zip `base` has."""
    if base is not None:
        shutil.copyfile(base, target)
    with ZipFile(target, "w" if base is None else "a", ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(content):
            entry = ZipInfo(name, _EPOCH)
            entry.external_attr = _READABLE
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, content[name].read_bytes())


def _walk(folder: Path) -> Iterator[Path]:
    """Walk through links too: an app has the shared library by a link."""
    for path in folder.iterdir():
        if path.name in _JUNK:
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path
