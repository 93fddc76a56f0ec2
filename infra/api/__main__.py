"""The command line: python -m infra.api [--check | postman-env | old-collection]."""

from infra.api.cli import run

run()
