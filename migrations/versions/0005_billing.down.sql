SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

DROP TABLE payments;
DROP TABLE invoice_withholdings;
DROP TABLE invoice_tax_subtotals;
DROP TABLE invoice_lines;
DROP TABLE invoices;
DROP TABLE invoice_series;
