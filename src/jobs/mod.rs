//! Background work: outbox mailer, promise clocks, nightly proof, housekeeping.
