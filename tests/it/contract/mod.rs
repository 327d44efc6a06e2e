//! The contract from outside: every method has its rule, no input makes the suite stumble, and a program in another language can use it.
//!
//! Knows descriptors, not generated types.

mod bad_input;
mod calls;
mod python;
mod rules;
