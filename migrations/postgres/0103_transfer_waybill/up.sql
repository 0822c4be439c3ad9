-- The waybill on a box between depots is looked for as that on a customer's parcel is.
CREATE INDEX transfer_tracking ON transfer(tracking_no) WHERE tracking_no <> '';
