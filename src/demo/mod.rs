//! The demo show, made by the project's own code.
