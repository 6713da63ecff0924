//! Advice to residents: drafts whose every figure is counted, plain English, leak guard, states and four eyes, and a signature
//! over every rendering.

mod record;

pub use record::{Advice, AdviceId, Content, Event, Officer, Piece, Quote, Sentence, State};
