-- The lines of the history without their texts: `kind` stands behind the text in its row, and SQLite would walk through all
-- of the text to get there.

CREATE INDEX versions_listed ON versions (document_id, owner, n, name, kind, head, created_at, length);
