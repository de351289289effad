"""Review: what a person must decide about problems, as a page of one's own machine and as a plain file."""
