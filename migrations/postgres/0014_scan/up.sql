-- A scanner also packs what leaves.
ALTER TABLE scan DROP CONSTRAINT scan_mode_check;
ALTER TABLE scan ADD CONSTRAINT scan_mode_check CHECK (mode IN ('look','put_away','receive','take_in','ship'));
