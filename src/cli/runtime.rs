//! Runs one asynchronous piece of work, or waits for a line, to its end or to Ctrl-C.

use super::error::Problem;
use super::exit::Exit;
use std::future::Future;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

/// How long the work may take to stop before a person is told that it goes on.
const STOP_GRACE: Duration = Duration::from_millis(300);

/// Runs `work` on a runtime of its own. The first Ctrl-C cancels it, which ends the work after the step under way; the
/// second gives it up: what was not recorded is found again by the next run.
///
/// # Errors
/// The work was given up, or no runtime can be started.
pub fn block_on<T>(cancellation: &CancellationToken, work: impl Future<Output = T>) -> Result<T, Problem> {
    block_on_telling(cancellation, || {}, work)
}

/// [`block_on`]; `on_slow_stop` is called when the work has not stopped 300 ms after the first Ctrl-C.
///
/// # Errors
/// As [`block_on`].
pub fn block_on_telling<T>(
    cancellation: &CancellationToken,
    on_slow_stop: impl Fn(),
    work: impl Future<Output = T>,
) -> Result<T, Problem> {
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                pressed = tokio::signal::ctrl_c() => match pressed {
                    Ok(()) if cancellation.is_cancelled() => return Err(Problem::interrupted()),
                    Ok(()) => cancellation.cancel(),
                    // Without a handler the system ends the process itself.
                    Err(_) => return Ok(work.await),
                },
                () = slow_stop(cancellation) => {
                    on_slow_stop();
                    return tokio::select! {
                        done = &mut work => Ok(done),
                        _ = tokio::signal::ctrl_c() => Err(Problem::interrupted()),
                    };
                }
            }
        }
    });
    // Waits for no blocking call, such as a request to the embedded registry.
    runtime.shutdown_background();
    result
}

/// Cancelled at Ctrl-C from now on, between pieces of work too; the system then no longer ends the process at it.
///
/// # Errors
/// No runtime can be started.
#[cfg(feature = "embedded")]
pub fn interruption() -> Result<CancellationToken, Problem> {
    let (runtime, interrupted) = (runtime()?, CancellationToken::new());
    let (cancelled, (heard, is_heard)) = (interrupted.clone(), std::sync::mpsc::channel());
    std::thread::spawn(move || {
        runtime.block_on(async {
            let pressed = tokio::signal::ctrl_c();
            tokio::pin!(pressed);
            // A first look is what listens.
            tokio::select! {
                biased;
                _ = &mut pressed => cancelled.cancel(),
                () = std::future::ready(()) => {}
            }
            heard.send(()).ok();
            if pressed.await.is_ok() {
                cancelled.cancel();
            }
        });
    });
    is_heard.recv().ok();
    Ok(interrupted)
}

/// A line that somebody types, without its end; none at the end of the input. It is waited for here because Ctrl-C, once
/// waited for anywhere, is never again left to the system.
///
/// # Errors
/// Ctrl-C.
pub fn typed_line() -> Result<Option<String>, Problem> {
    let runtime = runtime()?;
    let line = runtime.block_on(async {
        tokio::select! {
            line = tokio::task::spawn_blocking(read_line) => Ok(line.ok().flatten()),
            Ok(()) = tokio::signal::ctrl_c() => Err(Problem::interrupted()),
        }
    });
    // The reader may wait for ever.
    runtime.shutdown_background();
    line
}

fn read_line() -> Option<String> {
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line).unwrap_or(0);
    (read > 0).then(|| line.trim().to_owned())
}

fn runtime() -> Result<Runtime, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| {
        Problem::new(Exit::Failed, "UNEXPECTED_ERROR", format!("the program could not start: {error}"))
            .help("run it again once the system has room for it")
    })
}

/// Waits until the work is cancelled, and then for [`STOP_GRACE`].
async fn slow_stop(cancellation: &CancellationToken) {
    cancellation.cancelled().await;
    tokio::time::sleep(STOP_GRACE).await;
}
