"""Keys of objects, built from parts that were checked, and slugs for what people typed."""

import re
import unicodedata
from hashlib import sha256

from shared.errors import Invalid

LONGEST_KEY = 1024  # bytes, as S3 has it
_PART = re.compile(r"[a-z0-9][a-z0-9._-]{0,127}")
_PLAIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_PLAIN = 64
_HASH_LENGTH = 12


def key(*parts: str) -> str:
    """Join parts to a key; raise Invalid for a part that is not a plain name."""
    if not parts or not all(_PART.fullmatch(part) and ".." not in part for part in parts):
        raise Invalid("A part of a key is 1 to 128 characters of a-z, 0-9, '.', '_' and '-'.")
    joined = "/".join(parts)
    if len(joined) > LONGEST_KEY:
        raise Invalid(f"A key has at most {LONGEST_KEY} characters.")
    return joined


def slug(text: str) -> str:
    """Return a name for any text that can stand in a key, the same one at all times.

    Two texts have two slugs: what is a slug already is kept, and anything else ends in "--" and a
    hash of the text, which no text that is kept can have.
    """
    if len(text) <= _LONGEST_PLAIN and _PLAIN.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST_PLAIN].rstrip("-") or "x"
    # surrogatepass: half a character is still a text of its own
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{words}--{digest[:_HASH_LENGTH]}"
