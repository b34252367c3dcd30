-- What entries of the public views are searched by, made with them: folded words, and the columns of the filters.
ALTER TABLE published ADD COLUMN track TEXT NOT NULL DEFAULT '';
ALTER TABLE published ADD COLUMN office TEXT NOT NULL DEFAULT '';
ALTER TABLE published ADD COLUMN petitioner TEXT NOT NULL DEFAULT '';
ALTER TABLE published ADD COLUMN respondent TEXT NOT NULL DEFAULT '';
ALTER TABLE published ADD COLUMN words TEXT NOT NULL DEFAULT '';
