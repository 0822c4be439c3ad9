DROP INDEX promise_under_way;
