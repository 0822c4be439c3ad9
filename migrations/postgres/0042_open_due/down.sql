DROP INDEX rate_line_open_due;
