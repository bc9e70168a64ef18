//! Where each setting comes from; the only reader of environment and home.
