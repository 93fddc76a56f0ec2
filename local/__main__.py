"""`python -m local`."""

from local.cli import run_command_line

run_command_line()
