//! The program `beiku`. Everything is in the library; see `beiku::cli`.

fn main() -> std::process::ExitCode {
    beiku::cli::main()
}
