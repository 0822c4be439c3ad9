//! `beiku completions SHELL` and `beiku man`: the command line, described for shells and for `man`.

use crate::cli::{Cli, Env, Outcome, help};
use clap_complete::Shell;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct CompletionsArgs {
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

#[derive(clap::Args)]
pub struct ManArgs {
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Prints what a shell needs to complete commands and flags.
pub fn completions(env: &Env, args: &CompletionsArgs) -> Outcome {
    let mut command = help::command::<Cli>(env.lang);
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command, "beiku", &mut text);
    print(&text)
}

/// Prints the manual page; with a folder, writes one for each command into it.
pub fn man(env: &Env, args: &ManArgs) -> Outcome {
    let command = help::command::<Cli>(env.lang);
    if let Some(folder) = &args.folder {
        std::fs::create_dir_all(folder)?;
        clap_mangen::generate_to(command, folder)?;
        return Ok(());
    }
    let mut text = Vec::new();
    clap_mangen::Man::new(command).render(&mut text)?;
    print(&text)
}

/// A reader that went away is no reason to fail.
fn print(text: &[u8]) -> Outcome {
    let _closed = std::io::Write::write_all(&mut std::io::stdout().lock(), text);
    Ok(())
}
