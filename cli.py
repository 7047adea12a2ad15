"""Runs the command line from a bare checkout: python cli.py explain conv"""

from cnnmath.cli import main

if __name__ == "__main__":
    main()
