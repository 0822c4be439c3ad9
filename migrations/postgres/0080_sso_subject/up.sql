-- Whom the provider of single sign-on means: its own name for a person, which it never gives to anybody else. Written when
-- somebody first comes in by it; a sign-in name or mail address that goes to another person there opens nothing here.
CREATE TABLE sso_subject (
    issuer TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    user_id BIGINT NOT NULL REFERENCES app_user(id),
    bound_at TIMESTAMP NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (user_id, issuer)
);
