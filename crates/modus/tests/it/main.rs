//! Every signal on its own examples, readings of whole texts, and how well labelled narratives are read.

mod cases;
mod evaluate;
mod readings;
mod score;
mod signals;
