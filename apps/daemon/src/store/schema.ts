/** Times are RFC 3339 text. Columns called `sealed…` are encrypted. */
const FIRST = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE installation (
  id TEXT PRIMARY KEY,
  namespace TEXT NOT NULL,
  name TEXT NOT NULL,
  labels TEXT NOT NULL,
  created TEXT NOT NULL,
  modified TEXT NOT NULL,
  UNIQUE (namespace, name)
) STRICT;

CREATE TABLE claim (
  id TEXT PRIMARY KEY,
  installation_id TEXT NOT NULL REFERENCES installation ON DELETE CASCADE,
  action TEXT NOT NULL,
  revision TEXT NOT NULL,
  created TEXT NOT NULL,
  bundle BLOB NOT NULL,
  bundle_reference TEXT NOT NULL,
  image TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  operation_id TEXT NOT NULL,
  sealed_values BLOB NOT NULL
) STRICT;
CREATE INDEX claim_by_installation ON claim (installation_id, id);

CREATE TABLE result (
  id TEXT PRIMARY KEY,
  claim_id TEXT NOT NULL REFERENCES claim ON DELETE CASCADE,
  created TEXT NOT NULL,
  status TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX result_by_claim ON result (claim_id, id);

CREATE TABLE output (
  claim_id TEXT NOT NULL REFERENCES claim ON DELETE CASCADE,
  name TEXT NOT NULL,
  sensitive INTEGER NOT NULL,
  size INTEGER NOT NULL,
  content BLOB,
  file TEXT,
  PRIMARY KEY (claim_id, name)
) STRICT;

CREATE TABLE operation (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  namespace TEXT,
  installation TEXT,
  action TEXT,
  status TEXT NOT NULL,
  created TEXT NOT NULL,
  finished TEXT,
  failure TEXT,
  build TEXT,
  run TEXT,
  resume TEXT
) STRICT;
CREATE INDEX operation_by_status ON operation (status);

CREATE TABLE build (
  source TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  inputs TEXT NOT NULL,
  record TEXT NOT NULL,
  bundle BLOB NOT NULL,
  options TEXT NOT NULL,
  created TEXT NOT NULL
) STRICT;

CREATE TABLE file_digest (
  path TEXT PRIMARY KEY,
  stat TEXT NOT NULL,
  digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

const GRANTS = `
CREATE TABLE installation_grant (
  installation_id TEXT NOT NULL REFERENCES installation ON DELETE CASCADE,
  power TEXT NOT NULL,
  value TEXT NOT NULL,
  asker TEXT NOT NULL,
  granted TEXT NOT NULL,
  PRIMARY KEY (installation_id, power, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE approved_plan (
  installation_id TEXT PRIMARY KEY REFERENCES installation ON DELETE CASCADE,
  approved TEXT NOT NULL,
  facts TEXT NOT NULL
) STRICT;
`;

const RESUME_SECRETS = "ALTER TABLE operation ADD COLUMN sealed_secrets BLOB;";

const PUBLISHING = `
ALTER TABLE claim ADD COLUMN published TEXT;
ALTER TABLE operation ADD COLUMN publish TEXT;

CREATE TABLE pushed_image (
  image_id TEXT PRIMARY KEY,
  descriptor TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pushed_blob (
  registry TEXT NOT NULL,
  digest TEXT NOT NULL,
  repository TEXT NOT NULL,
  PRIMARY KEY (registry, digest)
) STRICT, WITHOUT ROWID;
`;

const DRIVERS = `
CREATE TABLE obtained_image (
  owner TEXT NOT NULL,
  engine TEXT NOT NULL,
  image TEXT NOT NULL,
  is_new INTEGER NOT NULL,
  PRIMARY KEY (owner, engine, image)
) STRICT, WITHOUT ROWID;

CREATE TABLE driver_crashes (
  endpoint TEXT PRIMARY KEY,
  driver TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

const REQUESTS = "ALTER TABLE operation ADD COLUMN sealed_request BLOB;";

const BUNDLE_NAMES = `
ALTER TABLE operation ADD COLUMN bundle TEXT;
UPDATE operation SET bundle = coalesce(json_extract(publish, '$.name'), json_extract(build, '$.name'))
WHERE kind IN ('build', 'publish');
`;

/** Each takes a database from the version before to its own; the number of them is the version of today. */
export const MIGRATIONS: readonly string[] = [
  FIRST,
  GRANTS,
  RESUME_SECRETS,
  PUBLISHING,
  DRIVERS,
  REQUESTS,
  BUNDLE_NAMES,
];
