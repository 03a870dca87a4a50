"""`python -m providence.daemon.worker` is how the router starts a worker."""

import sys

from .process import main

if __name__ == "__main__":
    sys.exit(main())
