"""Whether a database is what the models say, compared by definition, as the server itself prints it.

Alembic's own comparison sees neither the text of a CHECK nor a predicate, an operator class,
a trigger, a policy or a right. Here both sides are asked for all of them, and the database also
for what stands around its objects and should not: rights of roles, settings, objects elsewhere.
"""

from platform_db.migration.drift.comparison import Difference, Drift, differences, drift, expected_of, found_of
from platform_db.migration.drift.objects import catalog_of

__all__ = ["Difference", "Drift", "catalog_of", "differences", "drift", "expected_of", "found_of"]
