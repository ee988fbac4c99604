-- Which version was made the text again, for a text that was kept before a restore: its line in the history says so. NULL for
-- all others, and for those that are older than this column.
--
-- The lines of the history are read from their index alone (0005_versions_listed.sql).

ALTER TABLE versions ADD COLUMN restored INTEGER CHECK (restored IS NULL OR kind = 'restore');

DROP INDEX versions_listed;
CREATE INDEX versions_listed
    ON versions (document_id, owner, n, name, kind, head, created_at, length, place, sign_in, restored);
