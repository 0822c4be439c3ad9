DROP TABLE attachment;
DROP INDEX rma_line_stage_list;
DROP INDEX rma_line_assignee_list;
DROP TABLE saved_view;
DROP INDEX spare_request_requester;
ALTER TABLE spare_request DROP COLUMN wish_part;
ALTER TABLE spare_request DROP COLUMN wish_from;
