-- When the object was gone from the store. A commit whose lease is younger has put its bytes after that; an older one may have seen them
-- before, so it is refused. Null while the object is being deleted: then every commit that names it is refused.
ALTER TABLE condemned ADD COLUMN deleted_at timestamptz;
