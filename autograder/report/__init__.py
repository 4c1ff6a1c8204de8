"""Reports to files and screens: pure functions of a result."""
