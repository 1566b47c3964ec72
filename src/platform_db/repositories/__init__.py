"""How a model becomes a row and a row a model; one class per aggregate."""
