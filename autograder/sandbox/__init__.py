"""Runs a submission's functions apart from everything that decides a mark."""
