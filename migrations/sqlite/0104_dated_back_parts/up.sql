-- What is dated back of a counted part asks for its movements since then; units move in their order and are not asked.
CREATE INDEX movement_counted ON movement(part_id, occurred_at) WHERE unit_id IS NULL;
-- For which line a board is held.
CREATE INDEX step_board_reservation ON step_board(reservation_id);
