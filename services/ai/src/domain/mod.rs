//! What an assistant is, what it knows and what it says: pure values and rules.
//!
//! Must not know databases, wires, clocks or other services.

pub mod assistant;
pub mod bm25;
pub mod builtin;
pub mod decision;
pub mod document;
pub mod ids;
pub mod passages;
pub mod phrases;
pub mod speech;
pub mod stems;
pub mod thread;
pub mod turn;
pub mod words;
