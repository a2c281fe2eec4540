-- Times are microseconds since 1970 in UTC, hours are hours since 1970.

CREATE TABLE tenants (
    name TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE docs (
    id      INTEGER PRIMARY KEY,
    tenant  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    name    TEXT NOT NULL,
    version INTEGER NOT NULL,
    idx     TEXT NOT NULL,
    body    BLOB
) STRICT;
CREATE UNIQUE INDEX docs_name ON docs (tenant, kind, name);
CREATE INDEX docs_listed ON docs (tenant, kind, idx, name) WHERE idx <> '';

-- A dropped set has the tenant '' until its entries are gone.
CREATE TABLE sets (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant   TEXT NOT NULL,
    name     TEXT NOT NULL,
    entries  INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    UNIQUE (tenant, name)
) STRICT;

CREATE TABLE entries (
    set_id INTEGER NOT NULL REFERENCES sets (id),
    key    TEXT NOT NULL,
    seq    INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    body   BLOB,
    PRIMARY KEY (set_id, key)
) STRICT, WITHOUT ROWID;

-- The keys of a set once more, packed (keys.go says how). A chunk holds the
-- keys from first up to the first of the next.
CREATE TABLE chunks (
    id     INTEGER PRIMARY KEY,
    set_id INTEGER NOT NULL REFERENCES sets (id),
    first  TEXT NOT NULL,
    keys   BLOB NOT NULL,
    UNIQUE (set_id, first)
) STRICT;

CREATE TABLE tallies (
    set_id INTEGER NOT NULL REFERENCES sets (id),
    name   TEXT NOT NULL,
    value  INTEGER NOT NULL,
    PRIMARY KEY (set_id, name)
) STRICT, WITHOUT ROWID;

-- held_until is NULL while nobody holds the lease.
CREATE TABLE jobs (
    id         INTEGER PRIMARY KEY,
    tenant     TEXT NOT NULL,
    part       INTEGER NOT NULL,
    key        TEXT NOT NULL,
    kind       TEXT NOT NULL,
    due        INTEGER NOT NULL,
    body       BLOB,
    attempts   INTEGER NOT NULL,
    token      TEXT NOT NULL,
    held_until INTEGER
) STRICT;
CREATE UNIQUE INDEX jobs_key ON jobs (tenant, key);
CREATE INDEX jobs_due ON jobs (due) WHERE held_until IS NULL;
CREATE INDEX jobs_held ON jobs (held_until) WHERE held_until IS NOT NULL;

-- pos is the place in the lane, and head is 1 for the first of a lane.
-- again_due and again_pos are set when the effect is put once more while it
-- is held.
CREATE TABLE effects (
    id         INTEGER PRIMARY KEY,
    tenant     TEXT NOT NULL,
    part       INTEGER NOT NULL,
    key        TEXT NOT NULL,
    lane       TEXT NOT NULL,
    pos        INTEGER NOT NULL,
    head       INTEGER NOT NULL,
    priority   INTEGER NOT NULL,
    due        INTEGER NOT NULL,
    body       BLOB,
    attempts   INTEGER NOT NULL,
    tried      INTEGER,
    token      TEXT NOT NULL,
    held_until INTEGER,
    again_due  INTEGER,
    again_pos  INTEGER
) STRICT;
CREATE UNIQUE INDEX effects_key ON effects (tenant, key);
CREATE UNIQUE INDEX effects_lane ON effects (tenant, lane, pos);
CREATE INDEX effects_ready ON effects (priority, due, pos) WHERE head = 1 AND held_until IS NULL;
CREATE INDEX effects_held ON effects (held_until) WHERE held_until IS NOT NULL;

CREATE TABLE log (
    tenant TEXT NOT NULL,
    n      INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    actor  TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    body   BLOB,
    PRIMARY KEY (tenant, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE once (
    id     INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    key    TEXT NOT NULL,
    until  INTEGER NOT NULL,
    UNIQUE (tenant, key)
) STRICT;
CREATE INDEX once_until ON once (until);

CREATE TABLE counters (
    tenant TEXT NOT NULL,
    name   TEXT NOT NULL,
    hour   INTEGER NOT NULL,
    key    TEXT NOT NULL,
    value  INTEGER NOT NULL,
    PRIMARY KEY (tenant, name, hour, key)
) STRICT, WITHOUT ROWID;

-- owner is '' while nobody holds the lease.
CREATE TABLE leases (
    name  TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    token INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
