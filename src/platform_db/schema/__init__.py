"""What is stored: tables, constraints, functions, triggers, roles; made from the domain's models."""
