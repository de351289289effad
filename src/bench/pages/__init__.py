"""What every page shares: its words in two languages, its colours, and how texts of strangers are shown."""
