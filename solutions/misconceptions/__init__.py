"""Known wrong ways to write each exercise's functions: never part of a student's copy."""
