//! The two loaders that run scores, and what one of them refuses.

use std::borrow::Cow;

/// A library that Plexus loads scores with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loader {
    /// PyYAML's `safe_load`: the dashboard's API.
    PyYaml,
    /// ruamel.yaml's `YAML(typ='safe')`: the runtime.
    Ruamel,
}

/// Something that a loader refuses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LoadError {
    /// Its first byte.
    pub at: usize,
    /// Where it ends.
    pub end: usize,
    /// What it is, as the object of "refuses".
    pub what: Cow<'static, str>,
    /// What to do about it.
    pub fix: Cow<'static, str>,
}

impl LoadError {
    /// An error at the single place `at`.
    pub fn here(at: usize, what: impl Into<Cow<'static, str>>, fix: impl Into<Cow<'static, str>>) -> Box<Self> {
        Box::new(Self { at, end: at, what: what.into(), fix: fix.into() })
    }
}

/// What a step of a loader ends with. Errors are few and large, steps are many.
pub type LoadResult<T = ()> = Result<T, Box<LoadError>>;
