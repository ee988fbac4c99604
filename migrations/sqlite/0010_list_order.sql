-- The list in the order of an index: what is sorted by stands in `search_documents`, and nothing is joined for the documents
-- that are not shown. Like all of that table it is brought up to date when a document is read for the list (a save marks the
-- document and writes nothing more), so that a save costs what it did.

ALTER TABLE search_documents ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0; -- when it was last read: its newest change
ALTER TABLE search_documents ADD COLUMN trashed INTEGER NOT NULL DEFAULT 0;

UPDATE search_documents
   SET changed_at = coalesce((SELECT max(documents.titled_at, drafts.saved_at)
                                FROM documents
                                JOIN drafts ON drafts.document_id = documents.id
                               WHERE documents.id = search_documents.document_id), 0),
       trashed = EXISTS (SELECT 1
                           FROM documents
                          WHERE documents.id = search_documents.document_id
                            AND documents.trashed_at IS NOT NULL);

CREATE INDEX search_documents_by_change ON search_documents (owner, changed_at DESC, document_id) WHERE trashed = 0;
CREATE INDEX search_documents_by_title ON search_documents (owner, title_key = '', title_key, document_id)
  WHERE trashed = 0;

CREATE TRIGGER search_dated AFTER INSERT ON drafts BEGIN
  UPDATE search_documents SET changed_at = new.saved_at WHERE document_id = new.document_id AND owner = new.owner;
END;

CREATE TRIGGER search_trashed AFTER UPDATE OF trashed_at ON documents BEGIN
  UPDATE search_documents
     SET trashed = new.trashed_at IS NOT NULL
   WHERE document_id = new.id AND owner = new.owner;
END;
