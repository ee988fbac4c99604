-- What the list shows and what the search finds: a title's place in the alphabet, the first line of a text, its words. All of
-- it follows from the tables before; it is brought up to date before somebody looks, never within a save. A save only marks
-- its document (`stale`), whatever that is long.
--
-- Numbers of one owner's documents lie side by side (2^32 for each), so that a search walks through nobody else's words:
-- <https://sqlite.org/fts5.html> narrows down a range of rowids within its lists of words.

CREATE TABLE search_owners (
  number INTEGER NOT NULL PRIMARY KEY,
  owner  TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TABLE search_documents (
  number      INTEGER NOT NULL PRIMARY KEY,           -- the row of `search_words`
  document_id TEXT    NOT NULL UNIQUE REFERENCES documents (id) ON DELETE CASCADE,
  owner       TEXT    NOT NULL,
  stale       INTEGER NOT NULL DEFAULT 1,             -- the document has changed since it was last read
  title_key   TEXT    NOT NULL DEFAULT '',            -- the title in lower case without accents
  first_line  TEXT    NOT NULL DEFAULT '',
  size        INTEGER NOT NULL DEFAULT 0              -- of the text that `search_words` has, in bytes
) STRICT;

CREATE INDEX search_documents_by_owner ON search_documents (owner, number);
CREATE INDEX search_documents_stale ON search_documents (owner, number) WHERE stale = 1;

CREATE VIRTUAL TABLE search_words USING fts5 (title, text, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3');

CREATE TRIGGER search_made AFTER INSERT ON documents BEGIN
  INSERT OR IGNORE INTO search_owners (owner) VALUES (new.owner);
  INSERT INTO search_documents (number, document_id, owner)
  SELECT coalesce((SELECT max(number) + 1
                     FROM search_documents
                    WHERE number >= search_owners.number << 32
                      AND number < (search_owners.number + 1) << 32),
                  search_owners.number << 32),
         new.id,
         new.owner
    FROM search_owners
   WHERE owner = new.owner;
END;

CREATE TRIGGER search_saved AFTER UPDATE OF head ON drafts BEGIN
  UPDATE search_documents SET stale = 1 WHERE document_id = new.document_id AND owner = new.owner AND stale = 0;
END;

CREATE TRIGGER search_renamed AFTER UPDATE OF title ON documents BEGIN
  UPDATE search_documents SET stale = 1 WHERE document_id = new.id AND owner = new.owner AND stale = 0;
END;

CREATE TRIGGER search_deleted AFTER DELETE ON search_documents BEGIN
  DELETE FROM search_words WHERE rowid = old.number;
  DELETE FROM search_owners
   WHERE owner = old.owner
     AND NOT EXISTS (SELECT 1 FROM search_documents WHERE owner = old.owner);
END;

INSERT INTO search_owners (owner) SELECT DISTINCT owner FROM documents ORDER BY owner;

INSERT INTO search_documents (number, document_id, owner)
SELECT (search_owners.number << 32) + row_number() OVER (PARTITION BY documents.owner ORDER BY documents.id),
       documents.id,
       documents.owner
  FROM documents
  JOIN search_owners ON search_owners.owner = documents.owner;
