//! HTML face: one file per screen, its htmx fragments beside it.
