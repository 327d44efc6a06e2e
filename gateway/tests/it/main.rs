//! The edge from outside: a real router, fake services behind real doors.

mod document;
mod edge;
mod fakes;
mod house;
mod inbox;
mod live;
mod partner;
mod widget;
