//! The test harness of `WhatsCrap`: whole servers, and people that act on them.
//!
//! What a test needs but a machine may lack (PostgreSQL, Chromium) is asked for
//! through functions that return `None` after a loud message, so that the test
//! can step aside; with `CI=true` the lack is a failure instead.

mod needs;
pub mod postgres;
