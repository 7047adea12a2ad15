"""`python -m cnnmath` runs the command line."""

from cnnmath.cli import main

if __name__ == "__main__":
    main()
