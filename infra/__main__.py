"""The command line: python -m infra <command> --stage STAGE [--app APP]."""

from infra.cli import run

run()
