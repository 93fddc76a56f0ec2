"""The processes of a laptop cloud: the emulator and the console, kept running until stopped."""

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

    def start_emulator(self) -> None:
        """Start AWS and wait until it answers; raises ProcessFailed."""
        options = self._options
        arguments = ["--home", str(self._home.path), "--port", str(options.port)]
        arguments += ["--region", self._region]
        if options.enforce_iam:
            arguments.append("--enforce-iam")
        if options.packaged:
            python = bare.interpreter(self._home.path / "lambda-python")
            arguments += ["--lambda-python", str(python)]
        self._start(_EMULATOR, "local.emulator", arguments).wait_for(
            f"{options.endpoint}/_local/ready"
        )

    def start_console(self) -> None:
        """Start SendGrid's stand-in and the pages, and wait until they answer."""
        options = self._options
        arguments = ["--home", str(self._home.path), "--port", str(options.console_port)]
        arguments += ["--emulator", options.endpoint]
        arguments += ["--webhook-delay", str(options.webhook_delay)]
        self._start(_CONSOLE, "local.console", arguments).wait_for(f"{options.console}/messages")

    def revive(self) -> list[str]:
        """Start again what ended by itself; return the names and the last words."""
        words = []
        for name, start in ((_EMULATOR, self.start_emulator), (_CONSOLE, self.start_console)):
            ended = self._running.get(name)
            if ended and not ended.running:
                words.append(f"the {name} ended and was started again; it said:\n{ended.tail()}")
                start()
        return words

    def stop(self) -> None:
        """Stop all, the mailbox first: the emulator's last events would find nobody anyway."""
        for name in (_CONSOLE, _EMULATOR):
            if process := self._running.pop(name, None):
                process.stop()
        self._home.remove("processes.json")

    def _start(self, name: str, module: str, arguments: list[str]) -> Process:
        log = self._home.logs / f"{name}.log"
        process = Process(name, module, arguments, log, environment.clean())
        self._running[name] = process
        self._home.write("processes.json", [each.pid for each in self._running.values()])
        return process
