"""Six requests of our own, two that the screen drops, and what a model might answer about them, mishaps included."""
