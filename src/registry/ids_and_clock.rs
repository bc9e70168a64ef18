//! [`IdsAndClock`]: the ids and times that the server fills in.

/// Where the server's ids and times come from.
pub(super) struct IdsAndClock {
    pub now: Box<dyn Fn() -> jiff::Timestamp + Send + Sync>,
    pub id: Box<dyn Fn() -> String + Send + Sync>,
}

impl IdsAndClock {
    /// Now, as the service writes times.
    pub fn timestamp(&self) -> String {
        format!("{:.3}", (self.now)())
    }

    /// A new id.
    pub fn id(&self) -> String {
        (self.id)()
    }
}

impl Default for IdsAndClock {
    #[expect(clippy::disallowed_methods, reason = "the server's clock, unless it is given another")]
    fn default() -> Self {
        Self { now: Box::new(jiff::Timestamp::now), id: Box::new(|| uuid::Uuid::new_v4().to_string()) }
    }
}
