# When a unit is likely to be back, and the exchange proposed.

clock-forecast-range = From repairs of this part at this maker: most likely back around { $likely }, between { $early } and { $late }.
clock-forecast-open = From repairs of this part at this maker: most likely back around { $likely }, { $early } at the earliest; how late it may be cannot be told yet.

track-forecast = From similar repairs we expect it back with you between { $from } and { $to }.
track-forecast-day = From similar repairs we expect it back with you on { $date }.
track-forecast-open = From similar repairs we expect it back with you on { $from } at the earliest; how late it may be we cannot tell yet.
track-ahead = likely early

proposal-title-early = Chance of being late not known yet: an equivalent board can be given
proposal-title-late = The repair is late: an equivalent board can be given
proposal-title = { $percent } % chance of being late: an equivalent board can be given
proposal-where = at { $depot }, there by { $date }
proposal-until = Decided by { $decide } and handed over by { $deliver }, the 30-day remedy still holds.
proposal-accept = Hold this board and decide the exchange
proposal-notice = The notice the customer will get
proposal-notice-text = This mail goes out the moment the proposal is accepted. It is a preview: nothing is kept and nothing is sent.
proposal-notice-nobody = This customer has no mail address, so no mail goes out.
proposal-notice-to = To: { $to }
proposal-board = The board given instead
