"""What is known of a problem and its tests, by running and by reading them: marks, coverage, mutants, alignment."""
