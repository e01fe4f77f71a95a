//! ASC colour decisions: .cc, .ccc, .cdl.
