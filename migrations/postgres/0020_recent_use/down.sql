DROP TABLE recent_use;
