-- What the figures foresee of a line: its chance of missing the promised date, in basis points, written by a reconciler.
ALTER TABLE rma_line ADD COLUMN risk_bp BIGINT NOT NULL DEFAULT 0;
CREATE INDEX rma_line_risk ON rma_line(risk_bp, sort_due, id);
