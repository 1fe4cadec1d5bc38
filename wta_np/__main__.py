"""``python -m wta_np`` is ``wta-np``."""

import sys

from wta_np.cli import main

if __name__ == "__main__":
    sys.exit(main())
