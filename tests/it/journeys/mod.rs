//! Stories of people, told through the doors.

mod ai_is_silent;
mod nobody_there;
mod provider_down;
mod story;
