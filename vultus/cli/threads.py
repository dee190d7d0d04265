"""One thread for linear algebra and one for pictures, set before numpy and OpenCV are loaded.

What we solve is small and a film keeps both cores busy with whole frames; threads that wait for their share of a small
thing spin. OpenBLAS's cost a film of a minute half a second of processor time, OpenCV's a second. Who sets the
variables has the last word.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")
