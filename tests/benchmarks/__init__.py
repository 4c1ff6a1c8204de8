"""What a grade costs, beside the floor and beside other ways to grade: see README.md."""
