DROP TABLE data_answer;
