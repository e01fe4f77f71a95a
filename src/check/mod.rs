//! Rules with number, limit and evidence.
