//! People: who is who, how they come and go, and what they leave behind.

pub mod children;
pub mod directory;
