//! What an assistant is, what it knows and what it says: pure values and rules.
//!
//! Must not know databases, wires, clocks or other services.

pub mod assistant;
pub mod bm25;
pub mod breaker;
pub mod brief;
pub mod builtin;
pub mod citations;
pub mod decision;
pub mod deltas;
pub mod document;
pub mod facts;
pub mod gather;
pub mod hand_off_call;
pub mod ids;
pub mod insight;
pub mod meaning;
pub mod mood;
pub mod pace;
pub mod passages;
pub mod phrases;
pub mod retry;
pub mod site;
pub mod speech;
pub mod stems;
pub mod template;
pub mod thread;
pub mod turn;
pub mod words;
