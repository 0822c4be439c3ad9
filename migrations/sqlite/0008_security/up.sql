-- Sessions name the device they were opened on; an API token may carry fewer rights than its owner.
ALTER TABLE access_token ADD COLUMN device TEXT NOT NULL DEFAULT '';
-- Codes of permissions with a blank between them; NULL: all rights of the owner.
ALTER TABLE access_token ADD COLUMN permissions TEXT;
ALTER TABLE access_token ADD COLUMN read_only BOOLEAN NOT NULL DEFAULT FALSE;

-- The authenticator of a user (RFC 6238). Without confirmed_at it is being enrolled and asks for nothing yet.
CREATE TABLE second_factor (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES app_user(id),
    secret BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP,
    last_step BIGINT NOT NULL DEFAULT 0
);

-- Codes for the day the authenticator is lost: each good once, only its SHA-256 kept.
CREATE TABLE recovery_code (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES app_user(id),
    code_hash BLOB NOT NULL,
    used_at TIMESTAMP,
    UNIQUE (user_id, code_hash)
);

-- Secrets good once and for minutes: links of mails, the step between password and authenticator, the way to a provider
-- of single sign-on and back. Only the SHA-256 is kept.
CREATE TABLE one_time_secret (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('password_reset','second_factor','single_sign_on')),
    token_hash BLOB NOT NULL UNIQUE,
    user_id BIGINT REFERENCES app_user(id),
    payload TEXT NOT NULL DEFAULT '',
    attempts BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX one_time_secret_user ON one_time_secret(user_id, kind);
CREATE INDEX one_time_secret_age ON one_time_secret(expires_at);
