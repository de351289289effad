"""Where code that nobody trusts is run: one container for each job, used once."""
