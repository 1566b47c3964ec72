"""What an accountant takes from the ledger: figures of a period as JSON and as CSV, in lira to the kuruş."""
