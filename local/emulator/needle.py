"""Change one place in a text of the emulator, or fail loudly when that place is gone."""


def replace(text: str, old: str, new: str) -> str:
    """Replace the one occurrence of `old`; raises LookupError unless there is exactly one."""
    if text.count(old) != 1:
        raise LookupError(f"expected one {old!r} in the emulator's text, found {text.count(old)}")
    return text.replace(old, new)
