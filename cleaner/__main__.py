"""The command line as a process of its own: ``cleaner``, and ``python -m cleaner``."""

import signal
import sys


def start() -> int:
    """Run the command line; returns the exit code.

    While its modules load nothing is begun that would have to be cleared up: SIGINT then ends the process at once and
    in silence, as it does programs in other languages, and not by the traceback of an import. `terminable` takes over.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where it is ignored, as nohup has it
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from cleaner.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(start())
