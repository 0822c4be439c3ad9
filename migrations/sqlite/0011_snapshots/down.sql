DROP INDEX ledger_proof_ended;
DROP TABLE ledger_proof;
DROP TABLE stock_snapshot_line;
DROP TABLE stock_snapshot;
DROP TABLE line_forecast;
