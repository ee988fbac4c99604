-- Where a session is used: the browser and its system ('chromium/linux'), as its first page says it, so that its owner can tell
-- one from another before ending it. Nothing finer (src/place.rs), and it goes with the row.

ALTER TABLE sessions ADD COLUMN place TEXT;
