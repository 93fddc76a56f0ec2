"""A clock that stands still until told."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class StoppedClock:
    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now

    def advance(self, seconds):
        self.now += timedelta(seconds=seconds)
