DROP TABLE public_request;
ALTER TABLE outbox DROP COLUMN tried_at;
ALTER TABLE outbox DROP COLUMN subject;
DROP TABLE notice_template;
DROP TABLE import_chunk;
DROP TABLE import_file;
