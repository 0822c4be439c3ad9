-- Sums by day forget the class under the variant of the line's own contract. What was judged is forgotten, and
-- every line judged anew by the job that settles them.
DELETE FROM rate_day;
DELETE FROM rate_line;
INSERT INTO rate_touched (line_id) SELECT DISTINCT line_id FROM promise WHERE kind = 'repair_return';
