"""`python -m vultus.server.apart WORK`: what the service has done in processes apart.

Nothing but a name and what is told over the line (line.py) reaches such a process. It ends with who started it.
"""

import signal
import sys
from importlib import import_module

WORKS = {  # the module that does it, with a `main`
    "live": "vultus.server.worker",
    "prepare": "vultus.server.preparing",
    "talk": "vultus.server.filming",
    "examine": "vultus.server.examining",
}

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: who started this decides
    import_module(WORKS[sys.argv[1]]).main(*sys.argv[2:])
