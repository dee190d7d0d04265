"""`python -m vultus` is the same as `vultus`."""

import sys

from vultus.cli import main

sys.exit(main())
