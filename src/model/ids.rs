//! Newtypes for everything that identifies something, so that one id cannot stand in for another. Copies share their text.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id.into())
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// Id of an account.
    AccountId
);
id!(
    /// Id of a scorecard.
    ScorecardId
);
id!(
    /// Id of a section of a scorecard.
    SectionId
);
id!(
    /// Id of a score, or of a standalone document ([`super::SyncKind`]): its identity. Name and path are only attributes.
    ScoreId
);
id!(
    /// Id of an immutable version of a score.
    VersionId
);
id!(
    /// Id of a task by which the dashboard shows a run.
    TaskId
);

impl VersionId {
    /// A parent id as stored by other tools: empty and the text "None" mean that there is no parent (older clients sent both).
    pub fn parent(raw: Option<String>) -> Option<Self> {
        raw.filter(|id| !id.is_empty() && id != "None").map(Self::from)
    }

    /// The first eight characters, enough for a person to recognise it.
    pub fn short(&self) -> &str {
        self.0.get(..8).unwrap_or(&self.0)
    }
}
