-- Reports that were put right or updated since they were taken: the detector looks at them again.
CREATE TABLE amended (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report_id TEXT NOT NULL
);
