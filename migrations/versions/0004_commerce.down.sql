SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

DROP TABLE order_transactions;
DROP TABLE order_items;
DROP TABLE products;
DROP TABLE payment_methods;
DROP TABLE orders;
