//! Whose a file is, or a text that a commit has. Paths come from names, names change hands in Plexus, and files follow by a pull,
//! by git, or not at all: so a path alone does not say it.
//!
//! In turn: [`unsynced`] writes down where those are that are not synced before names change; [`places`] says where each score has
//! its files, by what is recorded and by what lies there; [`handed_over`] gives
//! it the places that a removed score left to a new one with its name; [`of_commit`] does for the texts of a commit what `places`
//! does for files. Then [`texts_of_others`] marks what lies at a score's place and is another one's by what it says, so that nothing
//! of that is pushed: [`other_scores_texts`] that are missing where they belong, those of [`former_owners`] of the place,
//! [`found_guidelines`], and [`crossed_guidelines`]. All of them measure with [`likeness`].
//!
//! Everywhere: no file is that of two scores; in doubt it stays that of whoever is recorded there; nothing is moved for what a
//! text is like.

mod crossed_guidelines;
mod former_owners;
mod found_guidelines;
pub(in crate::engine::observe) mod handed_over;
pub(in crate::engine::observe) mod likeness;
pub(in crate::engine) mod of_commit;
pub(in crate::engine::observe) mod other_scores_texts;
pub(in crate::engine::observe) mod places;
pub(in crate::engine::observe) mod texts_of_others;
pub(in crate::engine::observe) mod unsynced;
