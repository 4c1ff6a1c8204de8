"""Reference solutions; the folder of exercises is made from these files."""
