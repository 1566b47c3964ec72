"""What this library costs beside asyncpg, SQLAlchemy, advanced-alchemy and SQLModel, in one run."""
