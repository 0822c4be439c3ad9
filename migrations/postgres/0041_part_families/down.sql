DROP INDEX part_category;
