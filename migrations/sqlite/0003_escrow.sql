-- Escrow: batches of edits that arrived after a deadline had ended their session, until the same user signs in again.
-- What was typed is sealed with a key of the user's, bound to the row. A batch that has been dealt with (`settled_at`) stays
-- for a while, because later ones of the same writer were made on top of it. Times are milliseconds since the Unix epoch.

CREATE TABLE escrow (
  id           TEXT    NOT NULL PRIMARY KEY, -- 32 hexadecimal digits
  owner        TEXT    NOT NULL,
  document_id  TEXT    NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  writer       TEXT    NOT NULL,
  base_head    INTEGER NOT NULL,             -- the head that the writer's edits were made on
  seq          INTEGER NOT NULL,             -- the writer's number of the first edit
  kept_at      INTEGER NOT NULL,
  settled_at   INTEGER,
  size         INTEGER NOT NULL,             -- of what is sealed, in bytes
  title_sealed TEXT,                         -- a form without scripts has a title too
  edits_sealed TEXT    NOT NULL
) STRICT;

CREATE INDEX escrow_by_writer ON escrow (owner, document_id, writer, base_head, seq, size, settled_at, kept_at);
