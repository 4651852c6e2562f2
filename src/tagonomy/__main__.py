"""Run the command line as ``python -m tagonomy``, for where its script is not on the path."""

from tagonomy.cli.commands import main

if __name__ == "__main__":
    main()
