DROP INDEX step_board_reservation;
DROP INDEX movement_counted;
