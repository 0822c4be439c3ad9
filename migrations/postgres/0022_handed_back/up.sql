-- A plan may say that a unit is handed back when it is dispatched, and that a day ends with the close of business: so many
-- minutes after local midnight. Without it a day ends at midnight.
ALTER TABLE plan_version ADD COLUMN returned_when TEXT COLLATE "C" NOT NULL DEFAULT 'delivered' CHECK (returned_when IN ('delivered','dispatched'));
ALTER TABLE plan_version ADD COLUMN closes_minute BIGINT CHECK (closes_minute BETWEEN 1 AND 1439);
