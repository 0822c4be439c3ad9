DROP TABLE sso_subject;
