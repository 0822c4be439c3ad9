DROP INDEX transfer_tracking;
