"""The processes of a laptop cloud: the emulator and the console, kept running until stopped.

An embedded database that an app needs is one more process here, started before the emulator.
"""

from local import bare, environment, ports
from local.home import Home
from local.options import Options
from local.processes import Process

_EMULATOR, _CONSOLE = "emulator", "console"


class Services:
    """Starts, watches over and stops the processes of one laptop cloud."""

    def __init__(self, options: Options, home: Home, region: str) -> None:
        self._options = options
        self._home = home
        self._region = region
        self._running: dict[str, Process] = {}

    def check_ports(self) -> None:
        """Raise PortBusy, naming the port, when one cannot be listened on."""
        self._home.end_orphans()
        ports.require(self._options.port, "the emulator", "--port")
        ports.require(self._options.console_port, "the console", "--console-port")

    def start(self) -> None:
        """Start AWS, SendGrid's stand-in and the pages, and wait until all answer.

        Raises ProcessFailed with the last words of one that does not come up.
        """
        for name in (_EMULATOR, _CONSOLE):
            self._start(name)
        for name in (_EMULATOR, _CONSOLE):
            self._await(name)

    def revive(self) -> list[str]:
        """Start again what ended by itself; return the names and the last words."""
        words = []
        for name, process in list(self._running.items()):
            if not process.running:
                words.append(f"the {name} ended and was started again; it said:\n{process.tail()}")
                self._start(name)
                self._await(name)
        return words

    def stop(self) -> None:
        """Stop all, the mailbox first: the emulator's last events would find nobody anyway."""
        for name in (_CONSOLE, _EMULATOR):
            if process := self._running.pop(name, None):
                process.stop()
        self._home.remove("processes.json")

    def _start(self, name: str) -> None:
        arguments = self._for_emulator() if name == _EMULATOR else self._for_console()
        log = self._home.logs / f"{name}.log"
        process = Process(name, f"local.{name}", arguments, log, environment.clean())
        self._running[name] = process
        self._home.write("processes.json", [each.pid for each in self._running.values()])

    def _await(self, name: str) -> None:
        ready = {
            _EMULATOR: f"{self._options.endpoint}/_local/ready",
            _CONSOLE: f"{self._options.console}/messages",
        }
        self._running[name].wait_for(ready[name])

    def _for_emulator(self) -> list[str]:
        options = self._options
        arguments = ["--home", str(self._home.path), "--port", str(options.port)]
        arguments += ["--region", self._region]
        if options.enforce_iam:
            arguments.append("--enforce-iam")
        if options.packaged:
            python = bare.interpreter(self._home.path / "lambda-python")
            arguments += ["--lambda-python", str(python)]
        return arguments

    def _for_console(self) -> list[str]:
        options = self._options
        arguments = ["--home", str(self._home.path), "--port", str(options.console_port)]
        arguments += ["--emulator", options.endpoint]
        return [*arguments, "--webhook-delay", str(options.webhook_delay)]
