//! The contract as Rust types: generated clients, servers and messages of `baton.*.v1`, nothing else.
//!
//! The `.proto` files beside this crate are the product; this crate only compiles them. Generated wire types stay in the
//! transport and remote rooms of a service: no domain type is one of them.

include!(concat!(env!("OUT_DIR"), "/baton.rs"));

/// Every file of the contract with its imports, encoded, for reflection and for the tests that walk each RPC.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
pub use baton::*;
