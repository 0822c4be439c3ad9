-- The stock page asks which families of parts there are, and for a page of the parts of one.
CREATE INDEX part_category ON part(category, part_no);
