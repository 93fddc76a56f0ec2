"""What a person can choose about a laptop cloud."""

from dataclasses import dataclass
from pathlib import Path

from local.ports import HOST


@dataclass(frozen=True, slots=True)
class Options:
    """Where it keeps its state, where it listens, and how strict it is."""

    home: Path = Path(".local")
    port: int = 4566
    console_port: int = 4580
    packaged: bool = False  # real zips in a bare interpreter; otherwise edits are live
    enforce_iam: bool = False
    webhook_delay: float = 0.3  # seconds from an accepted mail to SendGrid's event

    @property
    def endpoint(self) -> str:
        """The base URL of AWS."""
        return f"http://{HOST}:{self.port}"

    @property
    def console(self) -> str:
        """The base URL of the start page, the mailbox and the fault switches."""
        return f"http://{HOST}:{self.console_port}"

    def arguments(self) -> list[str]:
        """Return these options as the command line takes them."""
        given = ["--home", str(self.home), "--port", str(self.port)]
        given += ["--console-port", str(self.console_port)]
        given += ["--webhook-delay", str(self.webhook_delay)]
        given += ["--packaged"] * self.packaged + ["--enforce-iam"] * self.enforce_iam
        return given
