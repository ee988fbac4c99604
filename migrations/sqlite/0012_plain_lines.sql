-- First lines are kept as they are read, without Markdown's signs. Those of before are read again, at the next look.

UPDATE search_documents SET stale = 1;
