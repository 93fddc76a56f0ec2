"""The ledger in memory."""

from threading import Lock

from chalicelib.notifier.deliveries import UNSETTLED


class MemoryLedger:
    def __init__(self):
        self.rows = {}
        self._lock = Lock()

    def find(self, event_id, recipient):
        return self.rows.get((event_id, recipient))

    def save(self, delivery, over):
        key = (delivery.mail.event_id, delivery.mail.recipient)
        with self._lock:
            before = self.rows.get(key)
            if (before and before.version) != (over and over.version):
                return False
            self.rows[key] = delivery
            return True

    def of_event(self, event_id):
        return [row for key, row in sorted(self.rows.items()) if key[0] == event_id]

    def unsettled(self, status, limit):
        # As the index has it: a settled mail is in none of its shards.
        listed = [row for row in self.rows.values() if row.status in UNSETTLED]
        found = [row for row in listed if row.status == status]
        return sorted(found, key=lambda row: row.changed_at)[:limit]
