-- Where a version was made: the browser and its system ('chromium/linux'), or 'program'; and the sign-in it was made in, so that
-- its writer can be told "this browser". NULL where that is not known, and where it would say nothing of the text: the text
-- before a merge, or as it was left last time, is nobody's in particular.
--
-- The lines of the history are read from their index alone (0005_versions_listed.sql).

ALTER TABLE versions ADD COLUMN place   TEXT;
ALTER TABLE versions ADD COLUMN sign_in BLOB CHECK (sign_in IS NULL OR length(sign_in) = 32);

DROP INDEX versions_listed;
CREATE INDEX versions_listed ON versions (document_id, owner, n, name, kind, head, created_at, length, place, sign_in);
