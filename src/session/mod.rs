//! The open show: document, actions, jobs. No window.
