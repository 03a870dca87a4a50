"""`python -m providence` is the command `providence`."""

from .daemon import main

if __name__ == "__main__":
    main()
