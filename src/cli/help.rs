//! Help in the language of the terminal: clap knows the commands, `cli.ftl` what is said about them.

use crate::i18n::{self, Lang};
use clap::{Arg, ArgAction, Command, CommandFactory};

/// The command line with its help in `lang`.
pub fn command<C: CommandFactory>(lang: Lang) -> Command {
    let template = i18n::text(lang, "cli-help-template");
    // clap's own two speak English only, so they are ours.
    let own = |name: &'static str, short: char, action: ArgAction| {
        let help = i18n::text(lang, &format!("cli-builtin-{name}"));
        Arg::new(name)
            .long(name)
            .short(short)
            .action(action)
            .help(help)
            .help_heading(heading(lang, "cli-heading-options"))
    };
    localise(C::command(), "cli", lang, &template)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(own("help", 'h', ArgAction::Help).global(true))
        .arg(own("version", 'V', ArgAction::Version))
}

/// Keys that ought to be there and are not.
#[cfg(test)]
pub fn missing<C: CommandFactory>(lang: Lang) -> Vec<String> {
    fn walk(command: &Command, key: &str, lang: Lang, missing: &mut Vec<String>) {
        let args = command.get_arguments().map(|arg| arg_key(key, arg));
        let keys = std::iter::once(key.to_owned()).chain(args);
        missing.extend(keys.filter(|key| !i18n::has(lang, key)));
        for sub in command.get_subcommands() {
            walk(sub, &format!("{key}-{}", sub.get_name()), lang, missing);
        }
    }
    let mut missing = Vec::new();
    walk(&C::command(), "cli", lang, &mut missing);
    missing
}

fn localise(command: Command, key: &str, lang: Lang, template: &str) -> Command {
    let mut command = command
        .help_template(template.to_owned())
        .subcommand_help_heading(heading(lang, "cli-heading-commands"));
    if i18n::has(lang, key) {
        command = command.about(i18n::text(lang, key));
    }
    let examples = format!("{key}-examples");
    if i18n::has(lang, &examples) {
        let heading = i18n::text(lang, "cli-heading-examples");
        command = command.after_help(format!("{heading}\n{}", indented(&i18n::text(lang, &examples))));
    }
    command = command.disable_help_subcommand(true).mut_args(|arg| {
        let key = arg_key(key, &arg);
        let section = if arg.is_positional() { "cli-heading-arguments" } else { "cli-heading-options" };
        let arg = arg.help_heading(heading(lang, section)).hide_env_values(true);
        if i18n::has(lang, &key) { arg.help(i18n::text(lang, &key)) } else { arg }
    });
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let key = format!("{key}-{name}");
        command = command.mut_subcommand(name, |sub| localise(sub, &key, lang, template));
    }
    command
}

/// Settings are said once for all commands, other arguments with their command.
fn arg_key(command: &str, arg: &Arg) -> String {
    let id = arg.get_id();
    let is_setting = arg
        .get_env()
        .is_some_and(|env| env.to_string_lossy() == format!("BEIKU_{}", id.as_str().to_uppercase()));
    if is_setting { format!("cli-setting-{id}") } else { format!("{command}-{id}") }
}

/// clap keeps headings for good; the command line is built once in a process.
fn heading(lang: Lang, key: &str) -> &'static str {
    i18n::text(lang, key).leak()
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
