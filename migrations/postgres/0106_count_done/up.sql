-- Whoever counts says when everything was seen; scanned again, it is being counted again.
ALTER TABLE stock_count ADD COLUMN done_by BIGINT REFERENCES app_user(id);
ALTER TABLE stock_count ADD COLUMN done_at TIMESTAMP;
