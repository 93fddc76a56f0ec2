"""The app.py of a thin package: runs an app from its source tree and takes in every edit.

It stands alone in its package, beside `thin.json`, and uses the standard library only.
"""

import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterator
from importlib.machinery import FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

type Stamp = frozenset[tuple[str, int, int]]

_SKIPPED = ("__pycache__", "node_modules")


class Fresh(SourceFileLoader):
    """Reads the source itself: bytecode tells two edits of one second and size not apart."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


class Source:
    """An app's folder, imported again whenever a file in it or in its vendored folders changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        vendored = folder / "vendor"
        links = sorted(vendored.iterdir()) if vendored.is_dir() else []
        self._roots = [folder.resolve(), *(link.resolve() for link in links)]
        self._stamp: Stamp | None = None
        self._module: ModuleType | None = None
        sys.path[:0] = [str(folder), str(vendored)]
        sys.path_hooks.insert(0, self._finder)
        sys.path_importer_cache.clear()

    def handler(self, name: str) -> Callable[[Any, Any], Any]:
        """Return the handler `name` of the app as its source is now."""
        stamp = self._now()
        if self._module is None or stamp != self._stamp:
            self._module = None
            self._forget()
            self._module = self._load()
            self._stamp = stamp
        found: Callable[[Any, Any], Any] = getattr(self._module, name)
        return found

    def _finder(self, path: str) -> FileFinder:
        if not os.path.realpath(path).startswith(tuple(map(str, self._roots))):
            raise ImportError(f"{path} is not of the source tree")
        return FileFinder(path, (Fresh, [".py"]))

    def _now(self) -> Stamp:
        return frozenset(entry for root in self._roots for entry in _files(str(root)))

    def _forget(self) -> None:
        tops = tuple(f"{root}{os.sep}" for root in self._roots)
        for name, module in list(sys.modules.items()):
            if name != __name__ and _place(module).startswith(tops):
                del sys.modules[name]
        importlib.invalidate_caches()

    def _load(self) -> ModuleType:
        name = "app_source"
        loader = Fresh(name, str(self._folder / "app.py"))
        spec = importlib.util.spec_from_loader(name, loader)
        if spec is None:
            raise ImportError(f"there is no app.py in {self._folder}")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        loader.exec_module(module)
        return module


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name in _SKIPPED or entry.is_symlink():
                continue
            if entry.is_dir():
                yield from _files(entry.path)
            else:
                status = entry.stat()
                yield entry.path, status.st_mtime_ns, status.st_size


def _place(module: ModuleType) -> str:
    """Return where a module was read from; a namespace package has only its folders."""
    file = getattr(module, "__file__", None)
    folders = [] if file else list(getattr(module, "__path__", []))
    return os.path.realpath(file or (f"{folders[0]}/__init__.py" if folders else "/"))


def _source() -> Source:
    told = json.loads(Path(__file__).with_name("thin.json").read_text())
    return Source(Path(told["source"]))


_sources: list[Source] = []


def __getattr__(name: str) -> Callable[[Any, Any], Any]:
    """Return a handler that looks for its source at each call: Lambda asks for it once."""
    if name.startswith("__"):
        raise AttributeError(name)

    def handle(event: Any, context: Any) -> Any:
        if not _sources:
            _sources.append(_source())
        return _sources[0].handler(name)(event, context)

    return handle
