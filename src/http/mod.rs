//! actix plumbing both faces share: server factory, sign-in, permissions, errors, CSRF, limits, idempotency.
