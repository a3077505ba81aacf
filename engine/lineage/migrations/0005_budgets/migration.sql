-- Limits that all workers share, such as the requests a minute that a server takes.

CREATE TABLE budget (
  key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
  paused_until timestamptz NOT NULL DEFAULT '-infinity',
  next_at jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON COLUMN budget.next_at IS 'By unit: when the next one may go, in seconds since 1970 by the clock of the database.';

-- Who is let through now. A row that nobody gave back counts until it expires.
CREATE TABLE budget_permit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key bytea NOT NULL REFERENCES budget (key) ON DELETE CASCADE,
  holder text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX budget_permit_key ON budget_permit (key, expires_at);

-- What making a thing took besides the device's time, as its step says: requests, tokens, cost. No part of its content.
CREATE TABLE receipt (
  derivation_id bigint NOT NULL,
  key bytea NOT NULL,
  receipt jsonb NOT NULL,
  PRIMARY KEY (derivation_id, key)
);
