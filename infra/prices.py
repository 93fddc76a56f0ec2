"""What a stage costs, from one dated table of list prices: an estimate, never a quote."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

_TABLE = Path(__file__).resolve().parent / "prices.toml"


@dataclass(frozen=True, slots=True)
class Charge:
    """One price in US dollars a unit, and how many units one resource uses in a month."""

    unit: str
    usd: float
    each: float = 0.0
    per_paper: float = 0.0

    def monthly(self, papers: int) -> float:
        """Return US dollars a month at this traffic."""
        return self.usd * (self.each + self.per_paper * papers)


@dataclass(frozen=True, slots=True)
class Row:
    """The charges of one resource of a type, or the reason why it is free; and who says so."""

    source: str
    charges: tuple[Charge, ...] = ()
    free: str = ""


@dataclass(frozen=True, slots=True)
class Prices:
    """The whole table: its day, its region, the traffic that it reckons with, a row a type."""

    dated: date
    region: str
    papers: int
    rows: Mapping[str, Row]

    @classmethod
    def load(cls, path: Path = _TABLE) -> "Prices":
        """Read the table."""
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        rows = {kind: _row(row) for kind, row in content["types"].items()}
        return cls(content["dated"], content["region"], content["usage"]["papers"], rows)

    def monthly(self, kind: str) -> float | None:
        """Return US dollars a month for one resource of a type; None when the table lacks it."""
        row = self.rows.get(kind)
        if row is None:
            return None
        return sum(charge.monthly(self.papers) for charge in row.charges)


def _row(content: Mapping[str, Any]) -> Row:
    charges = tuple(Charge(**charge) for charge in content.get("charges", ()))
    return Row(content["source"], charges, content.get("free", ""))
