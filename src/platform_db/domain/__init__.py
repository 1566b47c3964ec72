"""What is true: models, rules and calculations, without a database."""
