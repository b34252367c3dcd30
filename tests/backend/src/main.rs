//! The program: reads the command line, starts the server, and stops it when asked to.

use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;

use sips_backend::settings::{self, Log, Settings, Task};
use sips_backend::{accounts, commands, faults, server, store};

fn main() -> ExitCode {
    let done = match settings::read(std::env::args_os().skip(1), std::env::var("DATABASE_URL").ok()) {
        Ok(Task::Accounts) => print(&accounts::table()).map_err(Into::into),
        Ok(Task::Decide) => answer_lines().map_err(Into::into),
        Ok(Task::Backup { data, to }) => store::backup(&data, &to).map_err(Into::into),
        Ok(Task::Restore { from, data }) => store::restore(&from, &data).map_err(Into::into),
        Ok(Task::NewEpoch(url)) => store::new_epoch(&url).map_err(Into::into),
        Ok(Task::Help) => print(settings::USAGE).map_err(Into::into),
        Ok(Task::Serve(settings)) => serve(*settings),
        Err(error) => {
            complain(&format!("{error}\n\n{}", settings::USAGE));
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Answers each line on standard input with one on standard output, at once: whoever asked waits for it.
fn answer_lines() -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        print(&commands::answer(&line?))?;
    }
    Ok(())
}

fn serve(mut settings: Settings) -> Result<(), Box<dyn std::error::Error>> {
    settings.log = Log::new(|line| {
        // One write, so that lines of two requests never mix. A closed log stops nobody's work.
        let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        if let Some(port) = settings.faults {
            let (faulty, address, switch) = faults::start(settings, port).await?;
            let asked = asked_to_stop()?;
            print(&format!("ready http://{address}\nfaults http://{switch}"))?;
            asked.await?;
            return Ok(faulty.stop().await?);
        }
        let running = server::start(settings).await?;
        // From the moment it says that it is ready, a signal ends it in peace.
        let asked = asked_to_stop()?;
        print(&format!("ready http://{}", running.address()))?;
        asked.await?;
        running.stop().await?;
        Ok(())
    })
}

/// Listens from now on; what it gives ends at Ctrl+C, and where there are signals at SIGTERM.
fn asked_to_stop() -> io::Result<impl Future<Output = io::Result<()>>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c().await
    })
}

/// A line on standard output, there at once: whoever started the server waits for it.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

fn complain(text: &str) {
    // Where nobody reads the errors there is nobody to tell.
    let _ = writeln!(io::stderr(), "sips-backend: {text}");
}
