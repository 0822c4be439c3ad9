DROP TABLE repair_test_step;
