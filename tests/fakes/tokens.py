"""Tokens in memory."""


class MemoryTokens:
    def __init__(self):
        self.rows = {}

    def find(self, token_id):
        return self.rows.get(token_id)

    def put(self, token):
        self.rows[token.id] = token
