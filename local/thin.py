"""Thin packages: two files that run an app from its source, so that an edit is live at once."""

import json
from pathlib import Path
from zipfile import ZipFile, ZipInfo

_SHIM = Path(__file__).with_name("shim.py")
# The same source gives the same zip: a deploy that changes nothing uploads nothing new.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def build(app: Path, folder: Path) -> Path:
    """Write the thin package of the app in `app` into `folder` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{app.name}.zip"
    with ZipFile(path, "w") as package:
        package.writestr(ZipInfo("app.py", _EPOCH), _SHIM.read_bytes())
        package.writestr(ZipInfo("thin.json", _EPOCH), json.dumps({"source": str(app.resolve())}))
    return path
