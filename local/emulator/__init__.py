"""The embedded cloud: the pinned emulator with its gaps closed, listening on loopback only."""
