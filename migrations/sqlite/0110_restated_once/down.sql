DROP TABLE evidence_restated;
