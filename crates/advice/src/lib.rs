//! Drafts of advice, figures in sentences, plain English, leak guard, four eyes and signatures.
