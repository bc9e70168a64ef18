//! Who writes are attributed to, in the words of the other Plexus tools.

use super::error::SettingsError;
use super::layers::Layers;
use super::setting::{Setting, SettingSource};
use serde::Deserialize;

/// Goes into `metadata.attribution` of every version; the user id also into `createdByUserId`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// `actorType`.
    pub kind: String,
    /// `actorKey`.
    pub key: String,
    /// `source`.
    pub source: String,
    /// The user, where one is known.
    pub user_id: Option<String>,
}

impl Actor {
    /// `actorType` of a person.
    pub const HUMAN: &str = "human";
}

impl Default for Actor {
    fn default() -> Self {
        Self { kind: "service".to_owned(), key: "cli".to_owned(), source: "cli".to_owned(), user_id: None }
    }
}

#[derive(Default, Deserialize)]
struct Context {
    actor_user_id: Option<String>,
    actor_type: Option<String>,
    actor_key: Option<String>,
    actor_source: Option<String>,
}

/// `PLEXUS_ACTOR_CONTEXT_JSON` first, then the single variables, then what a command line is by default.
pub(super) fn actor(layers: &Layers<'_>) -> Result<Setting<Actor>, SettingsError> {
    let json = layers.variable("PLEXUS_ACTOR_CONTEXT_JSON");
    let context = json.as_ref().map_or(Ok(Context::default()), |json| {
        serde_json::from_str(&json.value).map_err(|_| SettingsError::BadValue {
            name: "PLEXUS_ACTOR_CONTEXT_JSON",
            value: "this text".to_owned(),
            expected: "a JSON object with actor_user_id, actor_type, actor_key or actor_source",
            source_of_value: json.source.clone(),
        })
    })?;
    let mut source = json.map_or(SettingSource::Default, |json| json.source);
    let mut one = |given: Option<String>, name| {
        let given = given.filter(|given| !given.is_empty());
        given.or_else(|| {
            let found = layers.variable(name)?;
            source = found.source;
            Some(found.value)
        })
    };
    let none = Actor::default();
    let value = Actor {
        kind: one(context.actor_type, "PLEXUS_ACTOR_TYPE").unwrap_or(none.kind),
        key: one(context.actor_key, "PLEXUS_ACTOR_KEY").unwrap_or(none.key),
        source: one(context.actor_source, "PLEXUS_ACTOR_SOURCE").unwrap_or(none.source),
        user_id: one(context.actor_user_id, "PLEXUS_ACTOR_USER_ID"),
    };
    Ok(Setting { value, source })
}
