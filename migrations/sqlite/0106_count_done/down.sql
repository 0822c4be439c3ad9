ALTER TABLE stock_count DROP COLUMN done_at;
ALTER TABLE stock_count DROP COLUMN done_by;
