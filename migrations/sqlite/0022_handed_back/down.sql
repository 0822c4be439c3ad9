ALTER TABLE plan_version DROP COLUMN closes_minute;
ALTER TABLE plan_version DROP COLUMN returned_when;
