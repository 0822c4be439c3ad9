-- Spreadsheets in the browser -----------------------------------------------------------------------------------------
-- A file is sent once, looked at, then committed, on whichever node the next click lands. Housekeeping removes it.

CREATE TABLE import_file (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES app_user(id),
    kind TEXT NOT NULL CHECK (kind IN ('depots','parts','customers','stock','rma-history')),
    name TEXT NOT NULL,
    length BIGINT NOT NULL CHECK (length > 0),
    -- What the commit answered, as JSON; empty before it.
    result TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX import_file_user ON import_file(user_id, id);
CREATE INDEX import_file_age ON import_file(created_at);

CREATE TABLE import_chunk (
    file_id BIGINT NOT NULL REFERENCES import_file(id),
    nth BIGINT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (file_id, nth)
);

-- Notices -------------------------------------------------------------------------------------------------------------

-- Texts of an administrator in place of the built-in ones, as Fluent messages of one kind of mail in one language.
CREATE TABLE notice_template (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('zh-CN','en')),
    texts TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    updated_by TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (kind, language)
);

-- As it stood on the mail of the last try; empty before the first one.
ALTER TABLE outbox ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN tried_at TIMESTAMP;

-- Requests of people without an account -------------------------------------------------------------------------------
-- Nothing is registered before the mail address proved to be theirs. Of the link only the SHA-256 is kept.

CREATE TABLE public_request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash BLOB NOT NULL UNIQUE,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    organisation TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    part_no TEXT NOT NULL DEFAULT '',
    serial TEXT NOT NULL,
    fault TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('zh-CN','en')),
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP,
    -- Why a person has to look at it: a refusal's code; empty when the RMA was made at once.
    held_because TEXT NOT NULL DEFAULT '',
    rma_id BIGINT REFERENCES rma(id),
    -- Who settled a held one, and when.
    settled_by TEXT,
    settled_at TIMESTAMP
);
CREATE INDEX public_request_email ON public_request(email, created_at);
CREATE INDEX public_request_held ON public_request(id) WHERE confirmed_at IS NOT NULL AND rma_id IS NULL AND settled_at IS NULL;
