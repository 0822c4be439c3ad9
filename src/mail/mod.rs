//! A notice becomes a mail: templates, lettre messages, transports (SMTP, directory, memory).
