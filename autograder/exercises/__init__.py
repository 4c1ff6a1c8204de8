"""One file per exercise: its cases, how it is observed, what is promised."""
