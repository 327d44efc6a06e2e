//! Stories of people, told through the doors.

mod ai_is_silent;
mod story;
