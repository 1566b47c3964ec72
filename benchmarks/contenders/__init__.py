"""Everybody who is measured, behind one small interface."""
