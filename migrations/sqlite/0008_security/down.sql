DROP TABLE one_time_secret;
DROP TABLE recovery_code;
DROP TABLE second_factor;
ALTER TABLE access_token DROP COLUMN read_only;
ALTER TABLE access_token DROP COLUMN permissions;
ALTER TABLE access_token DROP COLUMN device;
