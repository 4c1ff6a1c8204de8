"""Courses, gradebook and manual marking by nbgrader; every mark of code by the grader."""
