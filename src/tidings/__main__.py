"""Let `python -m tidings` be the command `tidings`."""

if __name__ == "__main__":  # the jail's children import this module too, and need nothing of it
    from tidings.cli import main

    main()
