"""Invoices: draft, lines, series, rules, states and the calculation."""
