//! Whether what lies at the place of a score is another one's text: asked in four ways, the surest first.

use crate::engine::error::Halt;
use crate::engine::observe::owners::crossed_guidelines::see_crossed_guidelines;
use crate::engine::observe::owners::former_owners::FormerOwners;
use crate::engine::observe::owners::found_guidelines::see_found_guidelines;
use crate::engine::observe::owners::other_scores_texts::{KnownCodes, see_other_scores_texts};
use crate::model::{ScoreId, Trees};
use std::collections::BTreeSet;

/// Marks the scores that are not to be pushed. Edits in `known_edits` are as they were at the last look, and were compared then.
/// Copies of what another score says, too, are `meant` where a person names the one score that is to be pushed.
pub(in crate::engine::observe) fn see_texts_of_others(
    codes: &KnownCodes<'_>,
    trees: &mut Trees,
    known_edits: &BTreeSet<ScoreId>,
    meant: bool,
) -> Result<(), Halt> {
    let former_owners = FormerOwners::of_edited(codes.session, trees, known_edits)?;
    see_other_scores_texts(codes, trees, &former_owners, known_edits, meant)?;
    if !meant {
        former_owners.see_texts(codes.session, trees)?;
        see_found_guidelines(codes.session, trees, known_edits)?;
    }
    // Where the code is another one's as well, that is what is told.
    see_crossed_guidelines(trees, known_edits);
    Ok(())
}
