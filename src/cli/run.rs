//! Runs one asynchronous piece of work to its end, or to Ctrl-C.

use super::error::Problem;
use super::exit::Exit;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};

/// Runs `work` on a runtime of its own. The first Ctrl-C sets `stop`, which ends the work after the step under way; the
/// second gives it up: what was not recorded is found again by the next run.
pub fn to_end<T>(stop: &AtomicBool, work: impl Future<Output = T>) -> Result<T, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::new(Exit::Failed, "UNEXPECTED_ERROR", format!("the system lets us start nothing: {error}")))?;
    runtime.block_on(async {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                pressed = tokio::signal::ctrl_c() => match pressed {
                    Ok(()) if stop.swap(true, Ordering::Relaxed) => return Err(Problem::interrupted()),
                    Ok(()) => {}
                    // Without a handler the system ends the process itself.
                    Err(_) => return Ok(work.await),
                },
            }
        }
    })
}
