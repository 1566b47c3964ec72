"""What is measured; each part gives one or more sections of the report."""
