-- The last place of all entries is asked for with each new one.
CREATE INDEX published_by_any_place ON published (place);
