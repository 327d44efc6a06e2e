//! The contract from outside: who may call what, no way from one workspace into another, no input that makes the suite stumble, and a
//! program in another language that can use it.
//!
//! Knows descriptors; generated types only to furnish a workspace.

mod bad_input;
mod calls;
mod furnish;
mod ids;
mod letters;
mod operators;
mod place;
mod plausible;
mod principals;
mod python;
mod roles;
mod rows;
mod rules;
mod stations;
mod wall;
