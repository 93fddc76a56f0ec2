"""Wheels of one module, made on the spot, so that packaging is tested without a package index."""

import hashlib
from zipfile import ZipFile


def make_wheel(folder, name, tag="py3-none-any", files=None):
    """Write a wheel of version 1.0 and return the line that pins it by its hash."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-1.0-{tag}.whl"
    info = f"{name}-1.0.dist-info"
    content = {
        f"{name}/__init__.py": "VALUE = 1\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
        **(files or {}),
    }
    record = "".join(f"{each},,\n" for each in content)
    with ZipFile(path, "w") as wheel:
        for place, text in {**content, f"{info}/RECORD": record}.items():
            wheel.writestr(place, text)
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def requirements(folder, *lines):
    """Return a requirements.txt that reads from `folder` and nowhere else."""
    return f"--no-index\n--find-links {folder}\n" + "".join(lines)
