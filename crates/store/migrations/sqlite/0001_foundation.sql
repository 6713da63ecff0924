CREATE TABLE reports (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    external_id TEXT,
    content_hash BLOB NOT NULL,
    received_at BIGINT NOT NULL,
    call_day TEXT NOT NULL,
    stream TEXT NOT NULL,
    district TEXT,
    scam BIGINT,
    outcome TEXT NOT NULL,
    facts TEXT NOT NULL,
    case_doc TEXT NOT NULL,
    reading TEXT NOT NULL,
    sealed BLOB,
    wrapped_key BLOB,
    key_id TEXT,
    return_code BLOB,
    version BIGINT NOT NULL DEFAULT 1,
    erased_at BIGINT,
    taken_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX reports_key ON reports (source, external_id);
CREATE INDEX reports_received ON reports (received_at);
CREATE INDEX reports_district ON reports (district, received_at);
CREATE INDEX reports_stream ON reports (stream, received_at);

CREATE TABLE report_versions (
    report_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    facts TEXT NOT NULL,
    replaced_at BIGINT NOT NULL,
    PRIMARY KEY (report_id, version)
);

CREATE TABLE corrections (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    report_id TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    by_user TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX corrections_report ON corrections (report_id);

CREATE TABLE series (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    stream TEXT NOT NULL,
    last_call TEXT NOT NULL,
    doc TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX series_state ON series (state, last_call);

CREATE TABLE series_members (
    series_id TEXT NOT NULL,
    report_id TEXT NOT NULL,
    PRIMARY KEY (series_id, report_id)
);
CREATE INDEX series_members_report ON series_members (report_id);

CREATE TABLE decisions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    series_id TEXT NOT NULL,
    decision TEXT NOT NULL,
    by_user TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE advice (
    id TEXT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    series_id TEXT,
    doc TEXT NOT NULL,
    published_at BIGINT,
    updated_at BIGINT NOT NULL
);

CREATE TABLE renderings (
    advice_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    channel TEXT NOT NULL,
    path TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (advice_id, version, channel)
);

CREATE TABLE ledger (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    advice_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    figures TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE users (
    name TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL,
    password TEXT NOT NULL,
    disabled BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY,
    user_name TEXT NOT NULL,
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);

CREATE TABLE drafts (
    token_hash BLOB PRIMARY KEY,
    sealed BLOB NOT NULL,
    wrapped_key BLOB NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE imports (
    identity TEXT PRIMARY KEY,
    label TEXT NOT NULL,
    line BIGINT NOT NULL,
    byte_offset BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    rejects_offset BIGINT NOT NULL,
    done BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT
);
CREATE INDEX outbox_waiting ON outbox (sent_at, seq);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    user_name TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
