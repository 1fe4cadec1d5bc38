"""The book that runs: exercises graded and chapters run in the page, by Python in the browser."""
