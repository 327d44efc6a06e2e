//! Tests of the whole suite. Everything is under `it/`; the binary beside this is the program those tests start.
