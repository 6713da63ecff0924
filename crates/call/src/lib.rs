//! A call checked while it happens: stages in the talk, the alarm and what to do now.
