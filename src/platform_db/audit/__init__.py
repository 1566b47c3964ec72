"""The tamper-evident log: canonical JSON, the hash chain, and its verification."""
