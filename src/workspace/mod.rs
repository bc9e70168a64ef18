//! The working files: scan, stat cache, atomic writes, path safety. Synchronous; the only room but state that touches files.
