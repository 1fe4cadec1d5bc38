"""The grader of the exercises: it asks a student's file, in a process of its own, the laws of an exercise."""
