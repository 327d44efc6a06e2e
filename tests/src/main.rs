//! `baton`, once more, so that the tests of this package can start it as a child.

use std::process::ExitCode;

fn main() -> ExitCode {
    baton::main()
}
