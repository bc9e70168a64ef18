//! Runs one asynchronous piece of work to its end, or to Ctrl-C.

use super::error::Problem;
use super::exit::Exit;
use crate::engine::Stop;
use std::future::Future;
use std::time::Duration;

/// How long the work may take to stop before a person is told that it goes on.
const GRACE: Duration = Duration::from_millis(300);

/// Runs `work` on a runtime of its own. The first Ctrl-C asks `stop`, which ends the work after the step under way; the
/// second gives it up: what was not recorded is found again by the next run.
pub fn to_end<T>(stop: &Stop, work: impl Future<Output = T>) -> Result<T, Problem> {
    to_end_telling(stop, || {}, work)
}

/// [`to_end`]; `tell` is called when the step under way takes its time after the first Ctrl-C.
pub fn to_end_telling<T>(stop: &Stop, tell: impl Fn(), work: impl Future<Output = T>) -> Result<T, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::new(Exit::Failed, "UNEXPECTED_ERROR", format!("the system lets us start nothing: {error}")))?;
    let result = runtime.block_on(async {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                pressed = tokio::signal::ctrl_c() => match pressed {
                    Ok(()) if stop.ask() => return Err(Problem::interrupted()),
                    Ok(()) => {}
                    // Without a handler the system ends the process itself.
                    Err(_) => return Ok(work.await),
                },
                () = lingering(stop) => {
                    tell();
                    return tokio::select! {
                        done = &mut work => Ok(done),
                        _ = tokio::signal::ctrl_c() => Err(Problem::interrupted()),
                    };
                }
            }
        }
    });
    // A request to the embedded registry must not keep us.
    runtime.shutdown_background();
    result
}

/// The work was asked to stop a while ago.
async fn lingering(stop: &Stop) {
    stop.asked().await;
    tokio::time::sleep(GRACE).await;
}
