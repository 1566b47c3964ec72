"""What an operator runs: the embedded server, health, verification."""
