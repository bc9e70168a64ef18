//! Whose a file is, or a text that a commit has. Paths come from names, names change hands in Plexus, and files follow by a pull,
//! by git, or not at all: so a path alone does not say it.
//!
//! In turn: [`places`] says where each score has its files, by what Synced records and by what lies there; [`handed_over`] gives
//! it the places that a removed score left to a new one with its name; [`of_commit`] does for the texts of a commit what `places`
//! does for files. Then [`other_scores_texts`] and [`crossed_guidelines`] mark what lies at a score's place and is another one's
//! by what it says: nothing of that is pushed. All of them measure with [`likeness`].
//!
//! Everywhere: no file is that of two scores; in doubt it stays that of whoever is recorded there; nothing is moved for what a
//! text is like.

pub(in crate::engine::observe) mod crossed_guidelines;
pub(in crate::engine::observe) mod handed_over;
pub(in crate::engine::observe) mod likeness;
pub(in crate::engine) mod of_commit;
pub(in crate::engine::observe) mod other_scores_texts;
pub(in crate::engine::observe) mod places;
