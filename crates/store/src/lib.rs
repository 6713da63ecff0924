//! SQLite and PostgreSQL behind one enum: reports, series, advice, accounts, jobs, outbox, sealed fields, audit chain.
