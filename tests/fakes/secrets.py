"""Secrets in memory; what was read once stays as it was until it is refreshed."""

from shared.errors import MissingSettings


class MemorySecrets:
    def __init__(self, **secrets):
        self.stored = dict(secrets)
        self.cached = {}
        self.refreshed = []

    def get(self, name):
        if name not in self.cached:
            self.cached[name] = self._read(name)
        return self.cached[name]

    def refresh(self, name):
        self.refreshed.append(name)
        self.cached[name] = self._read(name)
        return self.cached[name]

    def _read(self, name):
        if name not in self.stored:
            raise MissingSettings(f"there is no secret {name}")
        value = self.stored[name]
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise MissingSettings(f"secret {name} is not a JSON object of texts")
        return value
