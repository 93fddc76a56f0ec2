"""A topic in memory."""

from shared.topics import LIMIT, check_size


class MemoryTopic:
    """`sent` holds (body, attributes); while `error` is set, publishing raises it."""

    def __init__(self):
        self.sent = []
        self.error = None

    def publish(self, body, attributes):
        check_size(body, attributes, LIMIT)
        if self.error:
            raise self.error
        self.sent.append((body, {name: value for name, value in attributes.items() if value}))
