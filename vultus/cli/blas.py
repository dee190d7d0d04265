"""One thread for linear algebra, set before numpy is loaded: what we solve is small, and idle threads of OpenBLAS spin.

Two of them cost a film of a minute half a second of processor time. Who sets the variable has the last word.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
