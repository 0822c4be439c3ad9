DROP INDEX promise_by_due;
