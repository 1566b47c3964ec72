SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

DROP TRIGGER payment_webhook_events_payment_is_final ON payment_webhook_events;
DROP TRIGGER payment_webhook_events_delivery_is_fixed ON payment_webhook_events;
DROP TRIGGER payment_webhook_events_transition_allowed ON payment_webhook_events;
DROP TRIGGER order_transactions_gateway_transaction_is_final ON order_transactions;
DROP TRIGGER order_transactions_terms_are_fixed ON order_transactions;
DROP TRIGGER order_transactions_transition_allowed ON order_transactions;
DROP TRIGGER order_items_price ON order_items;
DROP TRIGGER order_items_guard ON order_items;
DROP TRIGGER orders_guard ON orders;
DROP TRIGGER orders_buyer_and_number_are_fixed ON orders;
DROP TRIGGER orders_terms_are_fixed ON orders;
DROP TRIGGER orders_transition_allowed ON orders;
DROP TRIGGER products_removed_keeps_status ON products;
DROP TRIGGER products_transition_allowed ON products;
DROP FUNCTION guard_order_item_price();
DROP FUNCTION guard_order_items();
DROP FUNCTION guard_order();
DROP TRIGGER payments_record_truncate ON payments;

CREATE TRIGGER payments_record_truncate AFTER TRUNCATE ON payments FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();

DROP TRIGGER payments_record_delete ON payments;

CREATE TRIGGER payments_record_delete AFTER DELETE ON payments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();

DROP TRIGGER payments_record_update ON payments;

CREATE TRIGGER payments_record_update AFTER UPDATE ON payments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();

DROP TRIGGER payments_record_insert ON payments;

CREATE TRIGGER payments_record_insert AFTER INSERT ON payments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();

DROP TRIGGER order_transactions_record_truncate ON order_transactions;

CREATE TRIGGER order_transactions_record_truncate AFTER TRUNCATE ON order_transactions FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();

DROP TRIGGER order_transactions_record_delete ON order_transactions;

CREATE TRIGGER order_transactions_record_delete AFTER DELETE ON order_transactions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();

DROP TRIGGER order_transactions_record_update ON order_transactions;

CREATE TRIGGER order_transactions_record_update AFTER UPDATE ON order_transactions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();

DROP TRIGGER order_transactions_record_insert ON order_transactions;

CREATE TRIGGER order_transactions_record_insert AFTER INSERT ON order_transactions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();

DROP TRIGGER orders_record_truncate ON orders;

CREATE TRIGGER orders_record_truncate AFTER TRUNCATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();

DROP TRIGGER orders_record_delete ON orders;

CREATE TRIGGER orders_record_delete AFTER DELETE ON orders REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();

DROP TRIGGER orders_record_update ON orders;

CREATE TRIGGER orders_record_update AFTER UPDATE ON orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();

DROP TRIGGER orders_record_insert ON orders;

CREATE TRIGGER orders_record_insert AFTER INSERT ON orders REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();
