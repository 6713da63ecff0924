-- Reports that were put right or updated since they were taken: the detector looks at them again.
CREATE TABLE amended (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    report_id TEXT NOT NULL
);
