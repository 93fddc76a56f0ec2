"""A mailer in memory, which fails as it is told."""

from shared.mail import ATTEMPT_SECONDS, Sent


class MemoryMailer:
    """`taken` holds the accepted mails, `within` the time that each attempt was given."""

    def __init__(self):
        self.taken = []
        self.within = []
        self._faults = []

    def fail(self, error, *, taken=False):
        """Let the next attempt raise the error; with `taken`, the mail is accepted all the same."""
        self._faults.append((error, taken))

    def prepare(self):
        """There is nothing to load."""

    def send(self, message, within=ATTEMPT_SECONDS):
        self.within.append(within)
        error, taken = self._faults.pop(0) if self._faults else (None, True)
        if taken:
            self.taken.append(message)
        if error:
            raise error
        return Sent(f"memory-{len(self.taken)}")
