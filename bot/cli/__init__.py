"""The command line: ``kentongan …`` (contract: every command takes ``--json``)."""
