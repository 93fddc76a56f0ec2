"""`python -m local.emulator`: the embedded cloud alone, until Ctrl-C."""

import argparse
import shutil
import sys
from pathlib import Path

from local import environment
from local.emulator import pin


def main() -> None:
    """Set the environment that the emulator reads at import, then import and start it."""
    options = _options()
    try:
        pin.check(pin.installed())
    except pin.WrongEmulator as error:
        sys.exit(str(error))
    home = options.home.resolve()
    # Workers of a run that was killed leave their unpacked zips behind.
    shutil.rmtree(home / "tmp", ignore_errors=True)
    for folder in ("state", "s3", "tmp"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    environment.use(
        environment.for_emulator(
            home, options.port, options.region, enforce_iam=options.enforce_iam
        )
    )
    from local.emulator import launch  # noqa: PLC0415  # it reads the environment set above

    launch.run(
        launch.Launch(
            port=options.port,
            lambda_python=options.lambda_python,
            async_width=options.async_width,
            snapshot_seconds=options.snapshot_seconds,
        )
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.emulator", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".local"), help="where state is kept")
    parser.add_argument("--port", type=int, default=4566)
    parser.add_argument("--region", default=environment.REGION_FALLBACK)
    parser.add_argument("--enforce-iam", action="store_true", help="deny what no policy allows")
    parser.add_argument("--lambda-python", type=Path, help="interpreter that runs functions")
    parser.add_argument("--async-width", type=int, default=8)
    parser.add_argument("--snapshot-seconds", type=float, default=20.0)
    return parser.parse_args()


main()
