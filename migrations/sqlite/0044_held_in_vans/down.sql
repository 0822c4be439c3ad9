ALTER TABLE rate_line DROP COLUMN settles_on;
UPDATE issued_unit SET reservation_id = NULL WHERE reservation_id IN (SELECT id FROM reservation WHERE in_van);
DELETE FROM reservation WHERE in_van;
ALTER TABLE reservation DROP COLUMN in_van;
