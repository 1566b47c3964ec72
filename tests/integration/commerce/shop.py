"""A buyer, three products, and carts of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from platform_db.domain.orders import Cart, CartItem, Order, ShippingAddress
from platform_db.domain.users import NewUser

if TYPE_CHECKING:
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

DEPOT = ShippingAddress(
    name="Depo Sorumlusu",
    phone="0216 123 45 67",
    address="Organize Sanayi Bölgesi 3. Cadde No: 12",
    city="İstanbul",
    state="Ümraniye",
    postal_code="34776",
    email="depo@ornek-imalat.com.tr",
)
PRICES = {"freze": (45_000, "20"), "matkap": (1_999, "20"), "el-kitabi": (12_345, "10")}
"""Price in kuruş without KDV, and KDV rate."""


@dataclass(frozen=True)
class Shop:
    """A buyer and the products by their stock codes; ten pieces of each."""

    buyer: int
    products: dict[str, int]

    def cart(self, *items: tuple[str, int], **terms: Any) -> Cart:  # noqa: ANN401 - fields
        """A cart of stock codes and quantities."""
        given: dict[str, Any] = {"buyer_id": self.buyer, "shipping": DEPOT, **terms}
        return Cart(items=self.items(*items), **given)

    def items(self, *items: tuple[str, int]) -> tuple[CartItem, ...]:
        return tuple(CartItem(product_id=self.products[sku], quantity=quantity) for sku, quantity in items)


async def opened_shop(database: Database, worker: Raw) -> Shop:
    """Register a buyer and list the products."""
    async with database.unit_of_work() as work:
        buyer = (await work.users.register(NewUser(email="satinalma@ornek-imalat.com.tr"))).id
    products = {sku: await product(worker, sku, cents, rate) for sku, (cents, rate) in PRICES.items()}
    return Shop(buyer, products)


async def product(worker: Raw, sku: str, cents: int = 10_000, rate: str = "20", **more: object) -> int:
    """Store an available product with ten pieces; its id."""
    columns = {"stock_quantity": 10, "status": "available", "currency": "TRY", **more}
    names = ", ".join(columns)
    values = ", ".join(f"${place}::text::{_TYPES[name]}" for place, name in enumerate(columns, start=4))
    return await worker.fetchval(
        f"INSERT INTO products (sku, name, sale_price_cents, kdv_rate, {names}) "  # noqa: S608 - names of this suite
        f"VALUES ($1, 'Ürün ' || $1, $2, $3::text::numeric, {values}) RETURNING id",
        sku,
        cents,
        rate,
        *(None if value is None else str(value) for value in columns.values()),
    )


_TYPES = {
    "stock_quantity": "integer",
    "status": "product_status",
    "currency": "currency",
    "deleted_at": "timestamptz",
}


async def stock(worker: Raw, *products: int) -> list[int]:
    """How many pieces are left of each."""
    rows = await worker.fetch("SELECT id, stock_quantity FROM products WHERE id = ANY ($1::bigint[])", list(products))
    left = {row["id"]: row["stock_quantity"] for row in rows}
    return [left[product] for product in products]


async def counts(worker: Raw, *names: str) -> list[int]:
    """How many rows there are in each table."""
    return [await worker.fetchval(f"SELECT count(*) FROM {name}") for name in names]  # noqa: S608 - this suite's


async def events(work: Work, entity: str, key: int) -> list[str | None]:
    """The audit entries about a row, oldest first, by event type."""
    return [entry.event_type for entry in reversed((await work.audit.history(entity, key)).items)]


async def shipped(work: Work, order: Order) -> Order:
    """Confirm, pack and send an order."""
    packed = await work.orders.start_processing(await work.orders.confirm(order))
    return await work.orders.ship(packed, "Kargo A.Ş.", "TK1")
