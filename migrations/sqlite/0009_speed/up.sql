-- Every list is found by an index in the order it is shown in: equality columns first, then the key of the page.

-- A depot, place or rare condition and owner in the list of units. Nearly all units are good and ours: these two need no
-- index, and a partial one over the rest stays small.
CREATE INDEX unit_depot_list ON unit(depot_id, id);
CREATE INDEX unit_place_list ON unit(place_id, id);
CREATE INDEX unit_condition_list ON unit(condition, id) WHERE condition <> 'good';
CREATE INDEX unit_owner_list ON unit(owner, id) WHERE owner <> 'us';

CREATE INDEX movement_kind_list ON movement(kind, id);
-- A period.
CREATE INDEX movement_occurred ON movement(occurred_at, id);

-- Which depots have a part.
CREATE INDEX availability_part ON availability(part_id, depot_id);

-- Lists of RMA lines: most urgent first, whatever they are filtered by.
CREATE INDEX rma_line_list ON rma_line(sort_due, id);
CREATE INDEX rma_line_open_list ON rma_line(sort_due, id) WHERE open_identity IS NOT NULL;
CREATE INDEX rma_line_customer_list ON rma_line(customer_id, sort_due, id);
CREATE INDEX rma_line_part_list ON rma_line(part_id, sort_due, id);
CREATE INDEX rma_line_depot_list ON rma_line(depot_id, sort_due, id);
CREATE INDEX issued_unit_depot_list ON issued_unit(depot_id, line_id);
CREATE INDEX rma_state_list ON rma(state, id);

-- Lists of promises: by due date.
CREATE INDEX promise_list ON promise(sort_due, id);
CREATE INDEX promise_state_list ON promise(state, sort_due, id);
CREATE INDEX promise_customer_list ON promise(customer_id, sort_due, id);
CREATE INDEX promise_depot_list ON promise(depot_id, sort_due, id);
CREATE INDEX promise_provisional_list ON promise(sort_due, id) WHERE provisional;

CREATE INDEX outbox_sent ON outbox(state, sent_at);
CREATE INDEX audit_actor_list ON audit(actor, id);
CREATE INDEX audit_action_list ON audit(action, id);
