DROP TABLE approval_taken_back;
DROP TABLE hand_over_taken_back;
